//! What OAuth costs by itself: reading a signed request, which builds its base string, signing and verifying; with the
//! allocations of each.

use std::sync::LazyLock;

use divan::{AllocProfiler, Bencher, black_box};
use latchkey::oauth1::{BaseUri, Received, Requirement, SignatureMethod, Signed, header};

static BASE: LazyLock<Option<BaseUri>> = LazyLock::new(|| BaseUri::parse("https://shop.example/").ok());

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const SECRET: &str = "0123456789abcdefghijklmnopqrstuv";
const METHODS: [SignatureMethod; 2] = [SignatureMethod::HmacSha1, SignatureMethod::HmacSha256];

fn main() {
    divan::main();
}

fn authorization(method: SignatureMethod, signature: &str) -> String {
    let parameters = [
        ("oauth_consumer_key", SECRET),
        ("oauth_token", SECRET),
        ("oauth_nonce", "c2f7d4e1a9b84c6e"),
        ("oauth_timestamp", "1700000000"),
        ("oauth_signature_method", method.name()),
        ("oauth_signature", signature),
    ];
    header::write(None, &parameters)
}

fn read(authorization: &str) -> Option<Signed> {
    let received = Received {
        method: "GET",
        base: BASE.as_ref()?,
        path: "/rest/V1/products",
        query: Some("searchCriteria[pageSize]=20&searchCriteria[currentPage]=3"),
        authorization: &[authorization],
        form: None,
    };
    Signed::read(&received, Requirement::Call).ok()?
}

fn base_string(method: SignatureMethod) -> String {
    read(&authorization(method, "unsigned")).map(|signed| signed.base_string().to_owned()).unwrap_or_default()
}

#[divan::bench]
fn reading(bencher: Bencher<'_, '_>) {
    let authorization = authorization(SignatureMethod::HmacSha256, "unsigned");
    bencher.bench(|| read(black_box(&authorization)));
}

/// All that OAuth costs a typical call.
#[divan::bench(args = METHODS)]
fn reading_and_verifying(bencher: Bencher<'_, '_>, method: SignatureMethod) {
    let authorization = authorization(method, &method.sign(&base_string(method), SECRET, SECRET));
    bencher.bench(|| {
        read(black_box(&authorization)).is_some_and(|signed| signed.verify(SECRET, SECRET).is_ok())
    });
}

#[divan::bench(args = METHODS)]
fn signing(bencher: Bencher<'_, '_>, method: SignatureMethod) {
    let base_string = base_string(method);
    bencher.bench(|| method.sign(black_box(&base_string), SECRET, SECRET));
}

#[divan::bench(args = METHODS)]
fn verifying(bencher: Bencher<'_, '_>, method: SignatureMethod) {
    let signature = method.sign(&base_string(method), SECRET, SECRET);
    let Some(signed) = read(&authorization(method, &signature)) else { return };
    bencher.bench(|| black_box(&signed).verify(SECRET, SECRET).is_ok());
}
