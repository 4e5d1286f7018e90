//! A role: its form, and who has it; to be read only when it may do more than the reader.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::delete::Delete;
use super::form::{Content, Form};
use super::{edit_href, id_of, list_left};
use crate::app::App;
use crate::domain::permission::{Grants, holds_all};
use crate::domain::role::{self, Member, Role, RoleId};
use crate::store::Work;
use crate::text;
use crate::web::admin::press::Press as _;
use crate::web::admin::user;
use crate::web::extract::admin::Admin;
use crate::web::page::{Chrome, render};
use crate::web::routes::USERS;
use crate::web::{Error, PageError, filters};

/// A role.
#[derive(Template)]
#[template(path = "admin/role/edit.html")]
pub struct EditPage {
    /// The frame.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Who has the role.
    pub members: Vec<MemberLink>,
    /// Where deleting is asked for, when the reader may.
    pub delete_href: Option<String>,
    /// The stored version, when somebody saved it after this form was drawn.
    pub newer_href: Option<String>,
    /// The grid.
    pub back_href: String,
}

/// A person in the role.
pub struct MemberLink {
    /// Name to sign in with.
    pub username: String,
    /// First and last name.
    pub full_name: String,
    /// Their page, when the reader may open it.
    pub href: Option<String>,
}

/// What is stored about a role.
pub(super) struct Stored {
    pub(super) role: Role,
    pub(super) grants: Grants,
    members: Vec<Member>,
}

/// Shows the page of a role.
///
/// # Errors
/// When there is none of that id.
pub async fn show(
    admin: Admin,
    app: Data<App>,
    req: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, PageError> {
    let stored = Stored::read(&app, id_of(&id)?).await?;
    let content = Content::stored(&stored.role, &stored.grants);
    Ok(render(&page(&admin, &app, &req, &stored, &content)?)?)
}

/// The page, with this content in its form.
pub(super) fn page(
    admin: &Admin,
    app: &App,
    req: &HttpRequest,
    stored: &Stored,
    content: &Content,
) -> Result<EditPage, Error> {
    let Stored { role, grants, members } = stored;
    let back_href = list_left(req);
    let is_editable = holds_all(&admin.actor().holds, grants);
    let link = |member: &Member| MemberLink {
        username: member.username.clone(),
        full_name: member.full_name.clone(),
        href: admin.may(USERS).then(|| user::edit_href(member.id)),
    };
    Ok(EditPage {
        chrome: admin.chrome(text::on_page("role-edit-title", &[("name", role.name.as_str().into())]))?,
        form: Form::of(admin, app, Some(role.id.0), content, &back_href, is_editable),
        members: members.iter().map(link).collect(),
        delete_href: (is_editable && role.id != admin.user.role).then(|| Delete.question_href(role.id)),
        newer_href: None,
        back_href,
    })
}

impl Stored {
    /// Reads it.
    pub(super) async fn read(app: &App, id: RoleId) -> Result<Self, Error> {
        Ok(app.store.read(move |work| Self::load(work, id)).await?)
    }

    fn load(work: &mut Work<'_>, id: RoleId) -> Result<Self, crate::domain::Error> {
        Ok(Self {
            role: role::find(work, id)?,
            grants: role::grants(work, id)?,
            members: role::members(work, id)?,
        })
    }

    /// Its address.
    pub(super) fn href(&self) -> String {
        edit_href(self.role.id)
    }
}
