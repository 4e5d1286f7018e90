//! Agreement with a signer that is not ours: else signing and verifying could share a mistake.

use std::fmt::Display;
use std::num::NonZeroU64;

use hmac::{Hmac, KeyInit, Mac};
use oauth1_request as independent;
use sha2::Sha256;

use super::sample::{Dice, Sample, form};
use super::*;

/// HMAC-SHA256 for the independent crate, which brings HMAC-SHA1 only.
#[derive(Clone)]
struct Sha256Method;

struct Sha256Sign(Hmac<Sha256>);

impl independent::signature_method::SignatureMethod for Sha256Method {
    type Sign = Sha256Sign;

    fn sign_with(self, consumer_secret: &str, token_secret: Option<&str>) -> Sha256Sign {
        // Secrets here are alphanumeric, so they need no encoding.
        let key = format!("{consumer_secret}&{}", token_secret.unwrap_or_default());
        Sha256Sign(<Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes()).unwrap())
    }
}

impl independent::signature_method::Sign for Sha256Sign {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA256"
    }

    fn request_method(&mut self, method: &str) {
        self.0.update(format!("{method}&").as_bytes());
    }

    fn uri<T: Display>(&mut self, uri: T) {
        self.0.update(format!("{uri}&").as_bytes());
    }

    fn parameter<V: Display>(&mut self, key: &str, value: V) {
        self.0.update(format!("{key}%3D{value}").as_bytes());
    }

    fn delimiter(&mut self) {
        self.0.update(b"%26");
    }

    fn end(self) -> String {
        use base64::Engine;
        encoding::encode(&base64::engine::general_purpose::STANDARD.encode(self.0.finalize().as_bytes()))
    }
}

/// The header that the independent crate makes for this request.
fn independent_header<M>(sample: &Sample, method: M) -> String
where
    M: independent::signature_method::SignatureMethod + Clone,
{
    let token = independent::Token::from_parts(
        sample.protocol("oauth_consumer_key"),
        sample.consumer_secret.as_str(),
        sample.protocol("oauth_token"),
        sample.token_secret.as_str(),
    );
    let every = independent::ParameterList::new([sample.query.as_slice(), &sample.form].concat());
    let uri = format!("https://shop.example.com/store{}", sample.path);
    independent::Builder::with_token(token, method)
        .nonce(sample.protocol("oauth_nonce"))
        .timestamp(NonZeroU64::new(sample.protocol("oauth_timestamp").parse().unwrap()))
        .authorize(sample.method, uri, &every)
}

#[test]
fn an_independent_signer_agrees() {
    let mut dice = Dice(5);
    let base = BaseUri::parse("https://SHOP.example.com:443/store/").unwrap();
    for case in 0..2000 {
        let mut sample = Sample::roll(&mut dice);
        // That crate takes names as they are and sorts duplicates before encoding them.
        for (index, (name, value)) in sample.query.iter_mut().chain(&mut sample.form).enumerate() {
            *name = dice.text(3, &["a", "b", "q", "Z", "-", "."]);
            if dice.below(3) > 0 {
                name.push_str(&index.to_string());
            } else {
                *value = dice.text(3, &["a", "b", "0", "Z"]);
                name.insert(0, 'd');
            }
        }
        let header = match sample.protocol("oauth_signature_method") {
            "HMAC-SHA1" => independent_header(&sample, independent::HMAC_SHA1),
            _ => independent_header(&sample, Sha256Method),
        };
        let body = form(&sample.form);
        let received = Received {
            method: sample.method,
            base: &base,
            path: &sample.path,
            query: Some(&form(&sample.query)),
            authorization: &[&header],
            form: Some(body.as_bytes()),
        };
        let signed = Signed::read(&received, Requirement::Call).unwrap().unwrap();
        let verdict = signed.verify(&sample.consumer_secret, &sample.token_secret);
        assert_eq!(verdict, Ok(()), "case {case}: {}", signed.base_string());
    }
}
