//! Base string and signature of random requests, compared with two libraries that are not ours: Python's oauthlib and
//! Node's oauth-1.0a. They sign, and write the header; we read what they wrote. `script/test` installs them below
//! `target/interop`.
//!
//! Both are given every request that they can express. What they cannot, by their source:
//!
//! * oauthlib refuses queries and forms with a character that a browser would have escaped (brackets, quotes, bytes
//!   beyond ASCII): it is given those escaped. Its addresses lose a `;` that ends the path, against RFC 5849 section
//!   3.4.1.2, so its paths have no `;`.
//! * oauth-1.0a takes the address as it stands: it is given host and port in the form that is signed. In a query it
//!   does not decode names (given as they are, brackets and UTF-8 included), takes `+` for a plus (given escaped), cuts a
//!   value at `=` and the query at a second `?` (given escaped), reads `&&` or an empty query as a parameter without name
//!   (not given), forgets an empty value of a name that stands twice (not given), and lets a name in the query
//!   replace that name in the form (not given).

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;

use latchkey::oauth1::{BaseUri, Received, Requirement, Signed};
use serde_json::{Value, json};

use super::cases::Cases;
use super::dice::Dice;

const CASES: u64 = 2000;
const PYTHON: &str = "target/interop/python/bin/python";
/// The parts of names and values.
const CHARACTERS: [&str; 44] = [
    "a",
    "b",
    "Z",
    "0",
    "9",
    "-",
    "_",
    ".",
    "~",
    " ",
    "+",
    "%",
    "&",
    "=",
    "[",
    "]",
    "/",
    "\"",
    "'",
    "(",
    ")",
    "*",
    "!",
    ",",
    ";",
    ":",
    "@",
    "$",
    "?",
    "#",
    "\\",
    "^",
    "`",
    "{",
    "|",
    "}",
    "<",
    ">",
    "é",
    "ß",
    "€",
    "日",
    "😀",
    "\u{10FFFF}",
];
/// The parts of paths.
const SEGMENTS: [&str; 16] =
    ["a", "B", "/", "%2F", "%2f", "%20", "%C3%A9", "%c3%a9", ":", "~", "+", "@", "(", "!", "é", "["];

/// A library, and what it can express.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    Oauthlib,
    Oauth10a,
}

/// A request to sign.
struct Honest {
    method: &'static str,
    /// Scheme, host, port and path prefix.
    base: &'static str,
    path: String,
    query: Option<String>,
    form: Option<String>,
    /// The same form by name.
    fields: Vec<(String, Vec<String>)>,
    consumer_key: String,
    consumer_secret: String,
    token: String,
    token_secret: String,
    signature_method: &'static str,
    nonce: String,
    timestamp: String,
}

impl Honest {
    fn roll(dice: &mut Dice, library: Library) -> Self {
        const BASES: [&str; 6] = [
            "https://shop.example.com",
            "http://shop.example.com:8080/store",
            "https://shop.example.com:80",
            "http://[2001:db8::1]:8443",
            "HTTPS://SHOP.Example.com:443/Store",
            "http://127.0.0.1:80",
        ];
        let in_query = names(dice, library, "q");
        let in_form = names(dice, library, "f");
        let query = written(dice, &in_query, if library == Library::Oauth10a { literal } else { pair });
        let form = written(dice, &in_form, pair);
        // An empty piece between two others means nothing.
        let query =
            if library == Library::Oauthlib { query.replacen('&', "&&", dice.below(2)) } else { query };
        let secret = |dice: &mut Dice| dice.text(20, &CHARACTERS);
        Self {
            method: ["GET", "POST", "PUT", "DELETE", "PATCH", "get"][dice.below(6)],
            base: BASES[dice.below(if library == Library::Oauth10a { 4 } else { 6 })],
            path: format!("/rest/{}", dice.text(8, &SEGMENTS)),
            query: Some(query).filter(|query| !query.is_empty() || library == Library::Oauthlib),
            form: (!in_form.is_empty()).then_some(form),
            fields: in_form,
            consumer_key: dice.word(),
            consumer_secret: secret(dice),
            token: dice.word(),
            token_secret: secret(dice),
            signature_method: ["HMAC-SHA1", "HMAC-SHA256"][dice.below(2)],
            nonce: format!("n{}", dice.text(12, &CHARACTERS)),
            timestamp: (1_700_000_000 + dice.below(100_000)).to_string(),
        }
    }

    fn question(&self) -> Value {
        let query = self.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
        json!({
            "method": self.method,
            "url": format!("{}{}{query}", self.base, self.path),
            "form": self.form,
            "fields": self.fields.iter().cloned().collect::<BTreeMap<_, _>>(),
            "consumer_key": self.consumer_key,
            "consumer_secret": self.consumer_secret,
            "token": self.token,
            "token_secret": self.token_secret,
            "signature_method": self.signature_method,
            "nonce": self.nonce,
            "timestamp": self.timestamp,
        })
    }

    /// What the library said is what we say.
    fn agrees(&self, answer: &Value) {
        let said = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}"));
        let base = BaseUri::parse(self.base).unwrap();
        let received = Received {
            method: self.method,
            base: &base,
            path: &self.path,
            query: self.query.as_deref(),
            authorization: &[said("header")],
            form: self.form.as_deref().map(str::as_bytes),
        };
        let signed = Signed::read(&received, Requirement::Call).unwrap().unwrap();
        let question = self.question();
        assert_eq!(signed.base_string(), said("base"), "{question}");
        let (consumer, token) = (self.consumer_secret.as_str(), self.token_secret.as_str());
        let signature = signed.method().sign(signed.base_string(), consumer, token);
        assert_eq!(signature, said("signature"), "{question}");
        assert_eq!(signed.verify(consumer, token), Ok(()), "{question}");
    }
}

/// Names with one or more values each, all decoded.
type Names = Vec<(String, Vec<String>)>;

fn names(dice: &mut Dice, library: Library, place: &str) -> Names {
    let mut names = Names::new();
    for number in 0..dice.below(5) {
        let name = match (library, dice.below(5)) {
            // The only name of its place that may be empty, or the same in both.
            (Library::Oauthlib, 0) => dice.text(2, &CHARACTERS[..4]),
            (Library::Oauth10a, 0) if number == 0 && place == "q" => String::new(),
            _ => format!("{place}{number}{}", dice.text(4, &CHARACTERS)),
        };
        let mut values: Vec<_> = (0..1 + dice.below(3)).map(|_| dice.text(8, &CHARACTERS)).collect();
        if library == Library::Oauth10a && values.len() > 1 {
            values.iter_mut().for_each(|value| value.insert(0, 'x'));
        }
        names.push((name, values));
    }
    names
}

/// A query or form as somebody could write it, each pair in the given manner.
fn written(dice: &mut Dice, names: &Names, pair: fn(&mut Dice, &str, &str) -> String) -> String {
    let mut pairs = Vec::new();
    for (name, values) in names {
        pairs.extend(values.iter().map(|value| pair(dice, name, value)));
    }
    dice.shuffle(&mut pairs);
    pairs.join("&")
}

/// As a browser writes it.
fn pair(dice: &mut Dice, name: &str, value: &str) -> String {
    const ESCAPED: &str = "&%+#[]\"\\^`{|}<> ";
    let name = escaped(dice, name, &format!("{ESCAPED}="), Some('+'));
    // A piece without `=` is a name without value.
    if value.is_empty() && !name.is_empty() && dice.below(2) == 0 {
        return name;
    }
    format!("{name}={}", escaped(dice, value, ESCAPED, Some('+')))
}

/// As little escaped as can be, and nothing in the name.
fn literal(dice: &mut Dice, name: &str, value: &str) -> String {
    let name: String = name.chars().filter(|one| !"&=%+?# ".contains(*one)).collect();
    format!("{name}={}", escaped(dice, value, "&=%+?#", None))
}

/// Text with those characters escaped that must be, and some that need not be; digits in either case. With `plus`, what
/// is beyond ASCII must be escaped too, and a space may be a plus.
fn escaped(dice: &mut Dice, text: &str, must: &str, plus: Option<char>) -> String {
    let mut escaped = String::new();
    for one in text.chars() {
        let has_to = must.contains(one) || one == ' ' || (plus.is_some() && !one.is_ascii());
        match plus {
            Some(plus) if one == ' ' && dice.below(2) == 0 => escaped.push(plus),
            _ if has_to || dice.below(8) == 0 => {
                let upper = dice.below(2) == 0;
                for byte in one.to_string().bytes() {
                    escaped += &if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
                }
            }
            _ => escaped.push(one),
        }
    }
    escaped
}

/// Asks one process about every case, in order.
fn compares(name: &'static str, library: Library, program: &str, script: &str) {
    let here = std::env::current_dir().unwrap();
    let program = if program.contains('/') { here.join(program) } else { program.into() };
    let mut asked = Command::new(program);
    asked.current_dir("target/interop").arg(here.join(script)).env("PYTHONUTF8", "1");
    let mut asked = asked.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = BufWriter::new(asked.stdin.take().unwrap());
    let mut answers = BufReader::new(asked.stdout.take().unwrap()).lines();
    let cases = Cases::of(name, CASES);
    let seeds = cases.seeds();
    let (send, sent) = sync_channel(10_000);
    // Asked and answered at once: a full pipe on either side would stop both.
    let asking = thread::spawn(move || {
        for seed in seeds {
            let honest = Honest::roll(&mut Dice(seed), library);
            writeln!(questions, "{}", honest.question()).expect("the library went away; see what it said");
            if send.send(honest).is_err() {
                return;
            }
        }
    });
    for seed in cases.seeds() {
        cases.word(seed);
        let _failing = cases.failing(seed);
        let honest = sent.recv().unwrap();
        let answer = answers.next().expect("an answer").unwrap();
        honest.agrees(&serde_json::from_str(&answer).unwrap());
    }
    asking.join().unwrap();
    assert!(asked.wait().unwrap().success());
}

#[test]
fn oauthlib_signs_what_we_verify() {
    compares("oauthlib", Library::Oauthlib, PYTHON, "tests/interop/sign.py");
}

#[test]
fn oauth_1_0a_signs_what_we_verify() {
    compares("oauth-1.0a", Library::Oauth10a, "node", "tests/interop/sign.mjs");
}
