//! Parts that many pages have, each a template of its own: what a page includes, or calls as a macro, is compiled anew
//! with it, and these are the longest. Templates reach them through the macros of `component/` and through [`Chrome`],
//! handlers call [`refresh`].
//!
//! They are drawn with `|safe`, as are the lists of `admin/*/grid.rs`: each is a template of its own, which has escaped what
//! it was given, and would be escaped as a whole otherwise.

use askama::Template;

use super::filters;
use super::flash::Flash;
use super::form::{Field, Problem};
use super::page::Chrome;

/// What stands before the body of every page.
#[derive(Template)]
#[template(path = "layout/_head.html")]
pub struct Head<'p> {
    chrome: &'p Chrome,
}

/// What stands above the content of a page for somebody who has signed in.
#[derive(Template)]
#[template(path = "layout/_top.html")]
pub struct Top<'p> {
    chrome: &'p Chrome,
}

/// What the previous request has to say.
#[derive(Template)]
#[template(path = "component/flashes.html")]
pub struct Flashes<'p> {
    flashes: &'p [Flash],
}

/// Messages, and a part of a page that is drawn again below them: what script asks for.
#[derive(Template)]
#[template(path = "component/refresh.html")]
pub struct Refresh<'p, B: Template> {
    flashes: &'p [Flash],
    block: &'p B,
}

/// All that is wrong with a form.
#[derive(Template)]
#[template(path = "component/summary.html")]
pub struct Summary<'p> {
    problems: &'p [Problem],
}

/// One line of a form: label, input, hint, reasons.
#[derive(Template)]
#[template(path = "component/input.html")]
pub struct Input<'p> {
    element: &'p str,
    send: &'p str,
    label: &'p str,
    field: &'p Field,
    kind: &'p str,
    autocomplete: &'p str,
    hint: &'p str,
    is_secret: bool,
    maxlength: u16,
    required: bool,
    disabled: bool,
    focused: bool,
}

impl Chrome {
    /// What stands before the body.
    pub fn head(&self) -> Head<'_> {
        Head { chrome: self }
    }

    /// What stands above the content.
    pub fn top(&self) -> Top<'_> {
        Top { chrome: self }
    }
}

/// Messages as they are drawn.
pub fn flashes(flashes: &[Flash]) -> Flashes<'_> {
    Flashes { flashes }
}

/// Messages and a part of a page, drawn again.
pub fn refresh<'p, B: Template>(flashes: &'p [Flash], block: &'p B) -> Refresh<'p, B> {
    Refresh { flashes, block }
}

/// Problems as they are drawn.
pub fn summary(problems: &[Problem]) -> Summary<'_> {
    Summary { problems }
}

/// An input with that element id, under that name, for any text.
pub fn input<'p>(element: &'p str, send: &'p str, label: &'p str, field: &'p Field) -> Input<'p> {
    let (kind, autocomplete, hint, maxlength) = ("text", "", "", 255);
    let (is_secret, required, disabled, focused) = (false, false, false, false);
    Input {
        element,
        send,
        label,
        field,
        kind,
        autocomplete,
        hint,
        is_secret,
        maxlength,
        required,
        disabled,
        focused,
    }
}

impl<'p> Input<'p> {
    /// Type and autocomplete are those of HTML.
    #[must_use]
    pub fn of(self, kind: &'p str, autocomplete: &'p str, hint: &'p str) -> Self {
        Self { kind, autocomplete, hint, ..self }
    }

    /// What is accepted. (Templates hand over everything by reference.)
    #[must_use]
    pub fn limited(self, maxlength: &u16, required: &bool, disabled: &bool) -> Self {
        Self { maxlength: *maxlength, required: *required, disabled: *disabled, ..self }
    }

    /// A password instead: drawn without its value. Whether it has the focus when the page opens.
    #[must_use]
    pub fn secret(self, required: &bool, focused: &bool) -> Self {
        Self { kind: "password", is_secret: true, required: *required, focused: *focused, ..self }
    }
}
