//! Published examples: those of RFC 5849 and OAuth Core 1.0, and signatures computed for Magento's
//! addresses by other implementations. Keys of the former are shorter than ours, so those go around the
//! checks of form.

use super::base_string;
use super::encoding;
use super::header;
use super::parameters::Parameters;
use super::*;

fn base(address: &str) -> BaseUri {
    BaseUri::parse(address).unwrap()
}

fn base_string_of(received: &Received<'_>) -> String {
    let parameters = Parameters::collect(received).unwrap().unwrap();
    base_string::build(received.method, received.base, received.path, &parameters)
}

/// Whether the request verifies, whatever the length of its keys.
fn verifies(received: &Received<'_>, consumer_secret: &str, token_secret: &str) -> bool {
    let parameters = Parameters::collect(received).unwrap().unwrap();
    let method = SignatureMethod::from_name(parameters.get("oauth_signature_method").unwrap()).unwrap();
    let signature = parameters.get("oauth_signature").unwrap();
    method.verify(signature, &base_string_of(received), consumer_secret, token_secret)
}

/// RFC 5849 section 1.2: the three requests of the printer and the photos.
#[test]
fn section_1_2_verifies() {
    let secure = base("https://photos.example.net");
    let plain = base("http://photos.example.net");
    let request = Received {
        method: "POST",
        base: &secure,
        path: "/initiate",
        query: None,
        authorization: &[r#"OAuth realm="Photos",
            oauth_consumer_key="dpf43f3p2l4k3l03",
            oauth_signature_method="HMAC-SHA1",
            oauth_timestamp="137131200",
            oauth_nonce="wIjqoS",
            oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready",
            oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D""#],
        form: None,
    };
    assert!(verifies(&request, "kd94hf93k423kf44", ""));
    let access = Received {
        path: "/token",
        authorization: &[r#"OAuth realm="Photos",
            oauth_consumer_key="dpf43f3p2l4k3l03",
            oauth_token="hh5s93j4hdidpola",
            oauth_signature_method="HMAC-SHA1",
            oauth_timestamp="137131201",
            oauth_nonce="walatlh",
            oauth_verifier="hfdp7dh39dks9884",
            oauth_signature="gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D""#],
        ..request
    };
    assert!(verifies(&access, "kd94hf93k423kf44", "hdhd0244k9j7ao03"));
    let call = Received {
        method: "GET",
        base: &plain,
        path: "/photos",
        query: Some("file=vacation.jpg&size=original"),
        authorization: &[r#"OAuth realm="Photos",
            oauth_consumer_key="dpf43f3p2l4k3l03",
            oauth_token="nnch734d00sl2jdk",
            oauth_signature_method="HMAC-SHA1",
            oauth_timestamp="137131202",
            oauth_nonce="chapoH",
            oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D""#],
        ..request
    };
    assert!(verifies(&call, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"));
    assert!(!verifies(&call, "kd94hf93k423kf44", "pfkkdhi9sl3r4s01"));
}

/// OAuth Core 1.0 appendix A.5: the older example with the same photos.
#[test]
fn oauth_core_appendix_a_verifies() {
    let received = Received {
        method: "GET",
        base: &base("http://photos.example.net"),
        path: "/photos",
        query: Some("file=vacation.jpg&size=original"),
        authorization: &[r#"OAuth realm="http://photos.example.net/",
            oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk",
            oauth_signature_method="HMAC-SHA1", oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D",
            oauth_timestamp="1191242096", oauth_nonce="kllo9940pd9333jh", oauth_version="1.0""#],
        form: None,
    };
    assert!(verifies(&received, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"));
}

const SECTION_3_4_1: &str = r#"OAuth realm="Example",
    oauth_consumer_key="9djdj82h48djs9d2",
    oauth_token="kkk9d7dh3k39sjv7",
    oauth_signature_method="HMAC-SHA1",
    oauth_timestamp="137131201",
    oauth_nonce="7d8f3e4a",
    oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D""#;

fn section_3_4_1(base: &BaseUri) -> Received<'_> {
    Received {
        method: "POST",
        base,
        path: "/request",
        query: Some("b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
        authorization: &[SECTION_3_4_1],
        form: Some(b"c2&a3=2+q"),
    }
}

/// RFC 5849 section 3.4.1.1: the base string. The signature printed beside it is wrong (erratum 2550).
#[test]
fn section_3_4_1_1_gives_the_printed_base_string() {
    let base = base("http://EXAMPLE.COM:80/");
    let received = section_3_4_1(&base);
    let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da\
        %26b5%3D%253D%25253D\
        %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
        %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
    assert_eq!(base_string_of(&received), expected);
    let signature = SignatureMethod::HmacSha1.sign(expected, "j49sk3j29djd", "dh893hdasih9");
    assert_eq!(signature, "r6/TJjbCOr97/+UU0NsvSne7s5g=");
    assert!(!verifies(&received, "j49sk3j29djd", "dh893hdasih9"));
}

/// RFC 5849 section 3.4.1.2: default ports, upper case, and a port that stays.
#[test]
fn section_3_4_1_2_gives_the_printed_base_string_uris() {
    let base_uri = |address, path, query| {
        let base = base(address);
        let received = Received {
            method: "get",
            base: &base,
            path,
            query,
            authorization: &["OAuth oauth_nonce=n"],
            form: None,
        };
        let text = base_string_of(&received);
        let pieces: Vec<&str> = text.split('&').collect();
        assert_eq!(pieces[0], "GET");
        encoding::decode(pieces[1]).unwrap().into_owned()
    };
    assert_eq!(base_uri("http://EXAMPLE.COM:80", "/r%20v/X", Some("id=123")), "http://example.com/r%20v/X");
    assert_eq!(base_uri("https://www.example.net:8080", "/", Some("q=1")), "https://www.example.net:8080/");
    assert_eq!(
        base_uri("https://shop.example.com/store/", "/a%2Fb%2f", None),
        "https://shop.example.com/store/a%2Fb%2f"
    );
    assert_eq!(base_uri("https://shop.example.com", "", None), "https://shop.example.com/");
    assert_eq!(base_uri("https://shop.example.com", ":8443/", None), "https://shop.example.com/:8443/");
}

/// RFC 5849 sections 3.4.1.3.1 and 3.4.1.3.2: the parameters, decoded, in the order of signing.
#[test]
fn section_3_4_1_3_gives_the_printed_parameters() {
    let base = base("http://example.com");
    let parameters = Parameters::collect(&section_3_4_1(&base)).unwrap().unwrap();
    let decoded: Vec<_> = parameters.signed().map(|one| (one.name.as_ref(), one.value.as_ref())).collect();
    let expected = [
        ("a2", "r b"),
        ("a3", "2 q"),
        ("a3", "a"),
        ("b5", "=%3D"),
        ("c@", ""),
        ("c2", ""),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_nonce", "7d8f3e4a"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
    ];
    assert_eq!(decoded, expected);
}

/// One line of the table for Magento's addresses.
struct Case<'a> {
    method: &'a str,
    base: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    form: Option<&'a [u8]>,
    requirement: Requirement,
    token: Option<&'a str>,
    nonce: &'a str,
    timestamp: &'a str,
    signed: SignatureMethod,
}

fn filled(start: &str, with: &str) -> String {
    format!("{start}{}", with.repeat(30))
}

impl Case<'_> {
    fn verify(&self, signature: &str) -> Result<(), Problem> {
        let (key, verifier) = (filled("ck", "0"), filled("ve", "4"));
        let token = self.token.map(|start| filled(start, if start == "rt" { "2" } else { "5" }));
        let mut parameters = vec![
            ("oauth_consumer_key", key.as_str()),
            ("oauth_signature_method", self.signed.name()),
            ("oauth_nonce", self.nonce),
            ("oauth_timestamp", self.timestamp),
            ("oauth_version", "1.0"),
            ("oauth_signature", signature),
        ];
        parameters.extend(token.as_deref().map(|token| ("oauth_token", token)));
        if self.requirement == Requirement::AccessToken {
            parameters.push(("oauth_verifier", &verifier));
        }
        let header = header::write(None, &parameters);
        let received = Received {
            method: self.method,
            base: &base(self.base),
            path: self.path,
            query: self.query,
            authorization: &[&header],
            form: self.form,
        };
        let signed = Signed::read(&received, self.requirement).unwrap().unwrap();
        let token_secret = match self.token {
            None => String::new(),
            Some("rt") => filled("rs", "3"),
            Some(_) => filled("as", "6"),
        };
        signed.verify(&filled("cs", "1"), &token_secret)
    }
}

const REQUEST: Case<'_> = Case {
    method: "POST",
    base: "https://shop.example.com/",
    path: "/oauth/token/request",
    query: None,
    form: None,
    requirement: Requirement::RequestToken,
    token: None,
    nonce: "nonce-a-0001",
    timestamp: "1700000000",
    signed: SignatureMethod::HmacSha256,
};

const CALL: Case<'_> = Case {
    method: "GET",
    path: "/rest/V1/products",
    requirement: Requirement::Call,
    token: Some("at"),
    nonce: "nonce-c-0003",
    timestamp: "1700000002",
    ..REQUEST
};

#[test]
fn a_request_token_call_verifies_with_both_methods() {
    assert_eq!(REQUEST.verify("6oujZZhitSkO9muUm6oBSAAg8Asw0liZdrkbBUHA0O8="), Ok(()));
    let sha1 = Case { signed: SignatureMethod::HmacSha1, ..REQUEST };
    assert_eq!(sha1.verify("5+VhFZF30vrbECRuba+tSIi52Jc="), Ok(()));
}

#[test]
fn an_access_token_call_verifies() {
    let case = Case {
        path: "/oauth/token/access",
        requirement: Requirement::AccessToken,
        token: Some("rt"),
        nonce: "nonce-b-0002",
        timestamp: "1700000001",
        ..REQUEST
    };
    assert_eq!(case.verify("8wyJEXaKjQJVI7WburgiqpLTI/mPOqnpufe6LI8UYR8="), Ok(()));
}

#[test]
fn a_search_with_brackets_escapes_and_a_port_verifies() {
    let query = "searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bfield%5D=name\
        &searchCriteria%5Bfilter_groups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bvalue%5D=%2525a%20b%2Bc%26d~%C3%A9\
        &searchCriteria%5BpageSize%5D=2";
    let case = Case { base: "https://shop.example.com:8443/", query: Some(query), ..CALL };
    assert_eq!(case.verify("N/Gei2ovr5n8ph3itNG08GxiwHGLD0O15oSJUqHd8dw="), Ok(()));
}

#[test]
fn indices_beyond_nine_are_sorted_as_the_rfc_says_and_not_as_magento_does() {
    let case = Case { query: Some("f%5B1%5D=a&f%5B2%5D=b&f%5B10%5D=c"), ..CALL };
    assert_eq!(case.verify("T5m+p6DkPBW2jK2HJ1Rui0jN+yLhlTKfeQQ6brvDuqc="), Ok(()));
    for departing in
        ["uKzgDsUQTVCGuinS7TyUXg3dmuj/WCn6bM4RXhq/r2o=", "Bi7T0YK5Z4QzSrTmAyHFnq075hoUibvfaB7kQUraL7I="]
    {
        assert_eq!(case.verify(departing), Err(Problem::SignatureInvalid));
    }
}

#[test]
fn a_form_body_is_signed() {
    let form = Some(b"name=Ann+Lee&tag=a%2Bb".as_slice());
    let case = Case { method: "POST", path: "/rest/V1/things", form, ..CALL };
    assert_eq!(case.verify("xMeI4VMFuSotxGbrx790QWFZmrPWROLfUzkL1KozFBE="), Ok(()));
    let changed = Some(b"name=Ann+Lea&tag=a%2Bb".as_slice());
    let case = Case { form: changed, ..case };
    assert_eq!(case.verify("xMeI4VMFuSotxGbrx790QWFZmrPWROLfUzkL1KozFBE="), Err(Problem::SignatureInvalid));
}
