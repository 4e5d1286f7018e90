//! Files that declare integrations, applied as a start of the server applies them.

use latchkey::domain::declaration::{self, File};
use latchkey::domain::declared::{self, Options};
use latchkey::domain::integration::{self, IntegrationId};
use latchkey::domain::{Actor, Error};

use super::app::TestApp;

impl TestApp {
    /// Applies one file, `integration/acme.xml`, that declares an integration with an e-mail address and this.
    pub fn declare(&self, name: &str, inside: &str) -> IntegrationId {
        let email = "<email>jo@acme.example</email>";
        self.apply(&format!("<config>\n<integration name=\"{name}\">{email}{inside}</integration></config>"));
        self.app.store.read_now(|work| integration::find_by_name(work, name)).unwrap().id
    }

    /// Applies this as the only file.
    pub fn apply(&self, text: &str) {
        let path = "integration/acme.xml".to_owned();
        let declared = declaration::read(vec![File { path, content: Ok(text.as_bytes().to_vec()) }]);
        let options = Options { adopt: false, exceptions: &[] };
        let by = Actor::system();
        let applied =
            self.app.store.write_now(|work| declared::apply_if_changed(work, &by, &declared, &options));
        let applied: Result<_, Error> = applied;
        applied.unwrap();
    }
}

/// A list of resources as a file writes it.
pub fn resources(ids: &[&str]) -> String {
    let each: String = ids.iter().map(|id| format!("<resource name=\"{id}\"/>")).collect();
    format!("<resources>{each}</resources>")
}
