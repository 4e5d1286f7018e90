use rustls::RootCertStore;

use super::partner::{Names, Partner, answers, leads_to};
use super::{LONG, SHORT, client, given, hand_over};
use crate::outbound::{End, Failure, Redirect, Special, Step};

#[tokio::test]
async fn redirects_are_followed_to_the_same_origin_and_repeat_the_form() {
    for status in [307, 308] {
        let partner = Partner::over_http([leads_to(status, "/moved"), answers(200)]).await;
        let outcome = given(&partner, LONG, 1).await;
        assert_eq!(outcome.failure, None);
        let [first, second] = &partner.heard()[..] else { panic!("{:?}", partner.heard()) };
        assert!(first.starts_with("POST /callback?shop=1 ") && second.starts_with("POST /moved "));
        assert_eq!(first.split_once("\r\n\r\n").unwrap().1, second.split_once("\r\n\r\n").unwrap().1);
        let posts: Vec<_> = outcome.steps.iter().filter(|timed| timed.step == Step::Post).collect();
        assert_eq!([posts[0].end, posts[1].end], [End::Answered(status), End::Answered(200)]);
    }
}

#[tokio::test]
async fn redirects_elsewhere_are_refused() {
    let other = Partner::over_http([answers(200)]).await;
    let elsewhere = format!("http://partner.example:{}/", other.port);
    for location in
        [&elsewhere, "http://other.example/", "http://10.0.0.1/", "//x/", "https://partner.example/"]
    {
        for status in [302, 307, 308] {
            let partner = Partner::over_http([leads_to(status, location)]).await;
            let outcome = given(&partner, LONG, 5).await;
            assert_eq!(outcome.failure, Some(Failure::RedirectRefused(Redirect::OtherOrigin)), "{location}");
            assert_eq!(partner.heard().len(), 1);
        }
    }
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn redirects_that_drop_the_form_are_refused() {
    for status in [301, 302, 303] {
        let partner = Partner::over_http([leads_to(status, "/moved")]).await;
        let outcome = given(&partner, LONG, 5).await;
        assert_eq!(outcome.failure, Some(Failure::RedirectRefused(Redirect::OtherStatus)));
        assert_eq!(outcome.status, Some(status));
        assert_eq!(partner.heard().len(), 1);
    }
}

#[tokio::test]
async fn no_more_redirects_are_followed_than_allowed() {
    for allowed in [0, 2] {
        let partner = Partner::over_http([leads_to(307, "/again")]).await;
        let outcome = given(&partner, LONG, allowed).await;
        assert_eq!(outcome.failure, Some(Failure::RedirectRefused(Redirect::TooMany)));
        assert_eq!(partner.heard().len(), allowed as usize + 1);
    }
}

#[tokio::test]
async fn a_name_that_turns_private_is_refused_at_the_redirect() {
    let partner = Partner::over_http([leads_to(307, "/moved"), answers(200)]).await;
    let names = Names::lead_to([&["127.0.0.1"], &["10.0.0.1"]]);
    let only = [format!("127.0.0.1/32:{}", partner.port)];
    let client = client(names.clone(), RootCertStore::empty(), &only);
    let endpoint = format!("http://partner.example:{}/", partner.port);
    let outcome = hand_over(&client, &endpoint, LONG, 1).await;
    let address = "10.0.0.1".parse().unwrap();
    assert_eq!(outcome.failure, Some(Failure::ForbiddenAddress { address, special: Special::Private }));
    assert_eq!((names.asked().len(), partner.heard().len()), (2, 1));
}

#[tokio::test]
async fn one_time_out_spans_all_redirects() {
    let partner = Partner::over_http([leads_to(307, "/again")]).await;
    let outcome = given(&partner, SHORT, u32::MAX).await;
    assert!(matches!(outcome.failure, Some(Failure::TimedOut(_))), "{:?}", outcome.failure);
}
