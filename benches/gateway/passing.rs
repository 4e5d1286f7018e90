//! Gateway mode beside nginx that asks us with `auth_request`, as in `docs/gateway/nginx.conf` but without TLS: the same
//! calls, to the same upstream.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use actix_web::rt::System;
use actix_web::{App, HttpResponse, HttpServer, web};

use super::Measuring;
use super::database::{Database, Kind};
use super::load::{self, Load};
use super::server::{Server, free_address};
use super::stage;
use super::table::median;

const NGINX: &str = "/usr/sbin/nginx";

/// What the upstream answers: about as much as one product.
const ANSWER: &str = include_str!("../../LICENSE");
const LENGTH: usize = 1_500;

/// Serves as the upstream until it is killed.
pub(crate) fn serve(address: SocketAddr) {
    let answer = || async { HttpResponse::Ok().content_type("application/json").body(&ANSWER[..LENGTH]) };
    let app = move || App::new().default_service(web::to(answer));
    System::new().block_on(HttpServer::new(app).workers(1).bind(address).unwrap().run()).unwrap();
}

/// Calls that are passed on, beside those that nginx passes on after it asked.
pub(crate) fn beside_nginx(kind: &Kind, measuring: &Measuring) {
    if !Path::new(NGINX).exists() {
        return println!("gateway mode beside nginx is left out: nginx is not installed");
    }
    let (database, credentials) = stage::ready(kind, "passing");
    let upstream = upstream();
    let to = format!("http://{}", upstream.address);
    let latchkey = Server::latchkey(&database, &[("LATCHKEY_UPSTREAM_URL", to.as_str())]);
    let nginx = nginx(&database, latchkey.address, upstream.address);
    let rate = |through: &Server| {
        let load = Load::of(measuring.connections, measuring.seconds);
        load::calls(through.address, latchkey.address, &credentials, &load).per_second()
    };
    let mut rates: Vec<(f64, f64)> = Vec::new();
    for round in 0..measuring.rounds {
        rates.push(if round.is_multiple_of(2) {
            (rate(&latchkey), rate(&nginx))
        } else {
            let beside = rate(&nginx);
            (rate(&latchkey), beside)
        });
    }
    let ours = median(rates.iter().map(|(ours, _)| *ours));
    let ratio = median(rates.iter().map(|(ours, nginx)| ours / nginx));
    let measured = format!("{ours:.0} /s, {ratio:.2}");
    super::scenario::line("gateway mode: of nginx with auth_request", kind, &measured, "at least 0.7");
}

fn upstream() -> Server {
    let address = free_address();
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--upstream", &address.to_string()]);
    Server::start(program, address)
}

fn nginx(database: &Database, latchkey: SocketAddr, store: SocketAddr) -> Server {
    let (folder, address) = (database.folder.path(), free_address());
    let site = std::fs::read_to_string("docs/gateway/nginx.conf").unwrap();
    let site = site
        .replace("listen 443 ssl;", &format!("listen {address};"))
        .replace("ssl_certificate", "#")
        .replace("127.0.0.1:8080", &latchkey.to_string())
        .replace("127.0.0.1:8081", &store.to_string());
    std::fs::write(folder.join("site.conf"), site).unwrap();
    std::fs::write(folder.join("nginx.conf"), main_file(folder)).unwrap();
    let mut nginx = Command::new(NGINX);
    nginx
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .arg("-e")
        .arg(folder.join("error.log"));
    Server::start(nginx, address)
}

/// One process, so that it ends with us; connections of the generator are kept however many calls they carry.
fn main_file(folder: &Path) -> String {
    let folder = folder.display();
    let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let scratch: String = scratch.iter().map(|of| format!("{of}_temp_path {folder}/{of};\n")).collect();
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n{scratch}access_log off; keepalive_requests 100000000;\ninclude {folder}/site.conf;\n}}\n"
    )
}
