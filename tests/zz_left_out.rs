//! Runs last and says what this run left out.
#![expect(clippy::print_stdout, reason = "a word to whoever runs the tests")]

fn main() {
    let on_postgres = std::env::var_os("TEST_POSTGRES_URL").is_some();
    let in_browser = cfg!(feature = "browser-tests");
    let with_others = cfg!(feature = "interop-tests");
    let behind_proxies = cfg!(feature = "proxy-tests");
    if !on_postgres {
        println!("left out: everything on PostgreSQL");
    }
    if !in_browser {
        println!("left out: tests in a browser");
    }
    if !with_others {
        println!("left out: clients of Python, Node and PHP, signatures by theirs, and HAProxy in front");
    }
    if !behind_proxies {
        println!("left out: decisions for real nginx and Caddy");
    }
    if !on_postgres || !in_browser || !with_others || !behind_proxies {
        println!("`./script/test` runs these too, and installs what they need");
    }
}
