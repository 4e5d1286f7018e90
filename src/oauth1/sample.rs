//! Random requests of a partner, the same on every run.

use super::*;
pub(super) use dice::Dice;

#[path = "../../tests/support/dice.rs"]
mod dice;

const CHARACTERS: [&str; 24] = [
    "a", "b", "Z", "0", "1", "9", "-", "_", ".", "~", " ", "+", "%", "&", "=", "[", "]", "/", "\"", ",", "é",
    "€", "😀", "\u{7f}",
];

/// A request of a partner, before and after signing.
#[derive(Clone)]
pub(super) struct Sample {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) form: Vec<(String, String)>,
    pub(super) protocol: Vec<(&'static str, String)>,
    pub(super) consumer_secret: String,
    pub(super) token_secret: String,
}

impl Sample {
    pub(super) fn roll(dice: &mut Dice) -> Self {
        let pairs = |dice: &mut Dice| -> Vec<_> {
            (0..dice.below(6)).map(|_| (dice.text(5, &CHARACTERS), dice.text(8, &CHARACTERS))).collect()
        };
        Self {
            method: ["GET", "POST", "PUT", "DELETE", "PATCH"][dice.below(5)],
            path: format!(
                "/rest/V1/{}",
                dice.text(6, &["a", "b", "/", "%2F", "%2f", "%20", "%C3%A9", ":", "~"])
            ),
            query: pairs(dice),
            form: pairs(dice),
            protocol: vec![
                ("oauth_consumer_key", dice.word()),
                ("oauth_token", dice.word()),
                ("oauth_signature_method", dice.pick(&["HMAC-SHA1", "HMAC-SHA256"]).to_owned()),
                ("oauth_timestamp", (1_700_000_000 + dice.below(1000)).to_string()),
                ("oauth_nonce", format!("n{}", dice.text(20, &["a", "é", " ", "+", "%", "\"", ",", "="]))),
                ("oauth_version", "1.0".to_owned()),
            ],
            consumer_secret: dice.word(),
            token_secret: dice.word(),
        }
    }

    pub(super) fn read(&self) -> Result<Option<Signed>, Problem> {
        let base = BaseUri::parse("https://shop.example.com/store/").unwrap();
        let pairs: Vec<_> = self.protocol.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let header = header::write(Some("shop"), &pairs);
        let body = form(&self.form);
        let received = Received {
            method: self.method,
            base: &base,
            path: &self.path,
            query: Some(&form(&self.query)),
            authorization: &[&header],
            form: Some(body.as_bytes()),
        };
        Signed::read(&received, Requirement::Call)
    }

    pub(super) fn sign(&mut self) {
        self.protocol.push(("oauth_signature", String::new()));
        let unsigned = self.read().unwrap().unwrap();
        let signature =
            unsigned.method().sign(unsigned.base_string(), &self.consumer_secret, &self.token_secret);
        self.protocol.last_mut().unwrap().1 = signature;
    }

    pub(super) fn protocol(&self, name: &str) -> &str {
        self.protocol.iter().find(|(known, _)| *known == name).unwrap().1.as_str()
    }

    pub(super) fn verifies(&self) -> bool {
        let verdict = |signed: Signed| signed.verify(&self.consumer_secret, &self.token_secret);
        matches!(self.read().map(|signed| signed.map(verdict)), Ok(Some(Ok(()))))
    }
}

pub(super) fn form(pairs: &[(String, String)]) -> String {
    let encoded = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoding::encode_form(name), encoding::encode_form(value)));
    encoded.collect::<Vec<_>>().join("&")
}

/// A random request, properly signed.
pub(super) fn signed_sample(dice: &mut Dice) -> Sample {
    let mut sample = Sample::roll(dice);
    sample.sign();
    sample
}
