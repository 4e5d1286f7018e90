//! What can be done to a thing by one press: asked before, when it takes something away or the password is needed
//! again; done; told. What the acts of a thing are called, and where they lead, is said where that thing is.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::confirm::{ConfirmPage, Proof, missing_proof, refused, status_of};
use crate::app::App;
use crate::domain::{self, Actor};
use crate::store::Work;
use crate::web::extract::admin::Admin;
use crate::web::flash::Flash;
use crate::web::form::Field;
use crate::web::form_key::Checked;
use crate::web::page::{render, render_as, see_other};
use crate::web::{Error, PageError};

/// An act of one press.
pub trait Press: Copy + Send + 'static {
    /// What it is done to.
    type Thing: Send + 'static;
    /// Which one.
    type Id: Copy + Send + 'static;

    /// The list of such things: the addresses of their acts begin with it.
    const LIST: &'static str;

    /// As addresses and the log say it.
    fn name(self) -> &'static str;

    /// What it is called.
    fn label(self) -> String;

    /// What is asked before.
    fn question(self) -> String;

    /// What it means.
    fn consequence(self, thing: &Self::Thing) -> String;

    /// Whether it takes away what is not easily given back.
    fn is_danger(self) -> bool;

    /// What is said when it is done; nothing, when the page that follows says it.
    fn done(self, thing: &Self::Thing) -> Option<String>;

    /// The page that follows.
    fn next(self, req: &HttpRequest, id: Self::Id) -> String;

    /// The id in an address.
    ///
    /// # Errors
    /// When no such thing can have it.
    fn id_of(text: &str) -> Result<Self::Id, Error>;

    /// The id as addresses and the log say it.
    fn number(id: Self::Id) -> i64;

    /// The thing.
    ///
    /// # Errors
    /// When there is none of that id.
    fn find(work: &mut Work<'_>, id: Self::Id) -> Result<Self::Thing, domain::Error>;

    /// What the thing is called.
    fn subject(thing: Self::Thing) -> String;

    /// The button that goes on.
    fn submit(self) -> String {
        self.label()
    }

    /// The page that follows when the state of the thing forbids it.
    fn stays(self, req: &HttpRequest, id: Self::Id) -> String {
        self.next(req, id)
    }

    /// Where `Cancel` leads.
    fn back(self, req: &HttpRequest, id: Self::Id) -> String {
        self.next(req, id)
    }

    /// Where it is done.
    fn href(self, id: Self::Id) -> String {
        format!("{}/{}/{}", Self::LIST, self.name(), Self::number(id))
    }

    /// Where the answer to the question is sent.
    fn action(self, _req: &HttpRequest, id: Self::Id) -> String {
        self.href(id)
    }

    /// Where it is asked whether it is meant.
    fn question_href(self, id: Self::Id) -> String {
        format!("{}/confirm/{}/{}", Self::LIST, self.name(), Self::number(id))
    }
}

/// A request about the thing whose id stands in its address.
pub struct Asked {
    /// Who asks.
    pub admin: Admin,
    /// The server.
    pub app: Data<App>,
    /// The request.
    pub req: HttpRequest,
    id: String,
}

/// The press itself, with the password when it was asked for.
pub struct Order {
    /// By whom, and on what.
    pub asked: Asked,
    proof: Proof,
}

impl Asked {
    /// Asks whether it is meant, and for the password when the last confirmation is too old.
    pub(super) async fn question<A: Press>(self, act: A) -> Result<HttpResponse, PageError> {
        let proof = (!self.admin.is_confirmed()).then(Field::default);
        Ok(render(&self.page(act, A::id_of(&self.id)?, proof).await?)?)
    }

    async fn page<A: Press>(&self, act: A, id: A::Id, password: Option<Field>) -> Result<ConfirmPage, Error> {
        let Self { admin, req, .. } = self;
        let thing = self.app.store.read(move |work| A::find(work, id)).await?;
        Ok(ConfirmPage {
            chrome: admin.chrome(act.question())?,
            fragment: admin.wants_fragment(),
            close_href: None,
            paragraphs: vec![act.consequence(&thing)],
            subject: Some(A::subject(thing)),
            action: act.action(req, id),
            hidden: Vec::new(),
            password,
            submit: act.submit(),
            is_danger: act.is_danger(),
            back_href: act.back(req, id),
        })
    }
}

impl Order {
    /// Does it, once the confirmation is fresh enough, and says so on the page that follows.
    pub(super) async fn carry_out<A: Press>(
        self,
        act: A,
        operation: impl FnOnce(&mut Work<'_>, &Actor, A::Id) -> Result<A::Thing, domain::Error> + Send + 'static,
    ) -> Result<HttpResponse, PageError> {
        self.saying(act, move |work, by, id| Ok(act.done(&operation(work, by, id)?))).await
    }

    /// As [`Order::carry_out`], with what there is to say.
    pub(super) async fn saying<A: Press>(
        self,
        act: A,
        operation: impl FnOnce(&mut Work<'_>, &Actor, A::Id) -> Result<Option<String>, domain::Error>
        + Send
        + 'static,
    ) -> Result<HttpResponse, PageError> {
        let id = match self.proven(act).await? {
            Ok(id) => id,
            Err(question) => return Ok(question),
        };
        let Asked { admin, app, req, .. } = &self.asked;
        let by = admin.actor().clone();
        match app.store.write(move |work| operation(work, &by, id)).await {
            Ok(sentence) => {
                admin.log(act, id);
                if let Some(sentence) = sentence {
                    admin.flash(Flash::success(sentence))?;
                }
                Ok(see_other(&act.next(req, id)))
            }
            Err(domain::Error::Conflict(conflict)) => Ok(refused(admin, &conflict, &act.stays(req, id))?),
            Err(other) => Err(other.into()),
        }
    }

    /// The id, once the confirmation is fresh enough to go on; else the page that asks for the password.
    pub(super) async fn proven<A: Press>(&self, act: A) -> Result<Result<A::Id, HttpResponse>, Error> {
        let id = A::id_of(&self.asked.id)?;
        let Some(field) = missing_proof(&self.asked.admin, &self.proof).await? else { return Ok(Ok(id)) };
        let status = status_of(&field);
        Ok(Err(render_as(status, &self.asked.page(act, id, Some(field)).await?)?))
    }
}

impl Admin {
    /// Logs what the person has done to which thing.
    pub(super) fn log<A: Press>(&self, act: A, id: A::Id) {
        let noun = A::LIST.rsplit('/').next().unwrap_or_default();
        log::info!("{noun} {} done {noun}.id={} admin.id={}", act.name(), A::number(id), self.user.id.0);
    }
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = <(Admin, Data<App>, Path<String>)>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let (admin, app, id) = parts.await?;
            Ok(Self { admin, app, req, id: id.into_inner() })
        })
    }
}

impl FromRequest for Order {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parts = <(Asked, Checked<Proof>)>::from_request(req, payload);
        Box::pin(async move {
            let (asked, Checked(proof)) = parts.await?;
            Ok(Self { asked, proof })
        })
    }
}
