//! Administrators in a real browser: roles and users made and changed, sessions that are ended, an account that is locked
//! and unlocked, and what the trail tells of it all. With the mouse, with the keyboard alone, and without script.

use super::browser::{Browser, Setup};
use super::journey::{ENTER, ESCAPE, PASSWORD, set_up};
use super::server::Server;

const THEIRS: &str = "seven purple otters";
const CLERKS: [(&str, &str); 6] = [
    ("username", "kim"),
    ("firstname", "Kim"),
    ("lastname", "Example"),
    ("email", "kim@example.com"),
    ("password", THEIRS),
    ("password_confirmation", THEIRS),
];
const ORDERS: &str = "Magento_Sales::actions_view";

/// Jo, who may do everything, in front of the server.
struct Office {
    server: Server,
    jo: Browser,
    name: &'static str,
    setup: Setup,
}

impl Office {
    async fn open(name: &'static str, setup: Setup) -> Self {
        let server = Server::start();
        let jo = Browser::open(setup).await;
        set_up(&jo, &server, name).await;
        Self { server, jo, name, setup }
    }

    async fn keep(&self, browser: &Browser, page: &str) {
        browser.picture(&format!("{}-{page}", self.name)).await;
        assert!(!browser.overflows().await, "{page} sticks out ({})", self.name);
    }

    /// Another browser, signed in as somebody.
    async fn elsewhere(&self, username: &str, password: &str) -> Browser {
        let browser = Browser::open(self.setup).await;
        self.sign_in(&browser, username, password).await;
        browser.see("form[action='/admin/logout']").await;
        browser
    }

    async fn sign_in(&self, browser: &Browser, username: &str, password: &str) {
        self.goto(browser, "admin/login").await;
        browser.sign_in(username, password).await;
    }

    async fn goto(&self, browser: &Browser, page: &str) {
        browser.goto(&format!("{}{page}", self.server.address())).await;
    }

    /// Whether the cookie that a browser has at this moment opens a page, in whosever hands it is.
    fn opens(&self, cookie: &str) -> bool {
        let answer = self.server.ask(&format!("GET /admin/account HTTP/1.1\r\nCookie: {cookie}\r\n"));
        assert!([200, 303].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    async fn makes_a_role(&self) {
        let jo = &self.jo;
        self.goto(jo, "admin/role").await;
        jo.press("Add New Role").await;
        jo.fill("rolename", "Order Clerks").await;
        if self.setup.has_script {
            jo.fill("resources-search", ORDERS).await;
        } else {
            for parent in
                ["Magento_Sales::sales", "Magento_Sales::sales_operation", "Magento_Sales::sales_order"]
            {
                jo.click(&format!("li[data-node='{parent}'] > details > summary")).await;
            }
            jo.click("li[data-node='Magento_Sales::actions'] > details > summary").await;
        }
        jo.click(&format!("input[value='{ORDERS}']")).await;
        self.keep(jo, "role-new").await;
        jo.press("Save Role").await;
        jo.reads("You saved the role.").await;
        jo.reads("Order Clerks").await;
        self.keep(jo, "roles").await;
    }

    async fn makes_and_changes_a_user(&self) {
        let jo = &self.jo;
        self.goto(jo, "admin/user").await;
        jo.press("Add New User").await;
        for (id, text) in CLERKS {
            jo.fill(id, text).await;
        }
        jo.press("Save User").await;
        jo.reads("Please choose a role.").await;
        self.keep(jo, "user-refused").await;
        assert_eq!(jo.value("email").await, "kim@example.com", "what was typed is kept");
        assert_eq!(jo.value("password").await, "", "but a password is not");
        jo.fill("password", THEIRS).await;
        jo.fill("password_confirmation", THEIRS).await;
        jo.choose("role", "Order Clerks").await;
        jo.press("Save User").await;
        jo.reads("You saved the user.").await;
        self.keep(jo, "users").await;
        jo.press("Edit kim").await;
        jo.fill("firstname", "Kimberly").await;
        jo.press("Save User").await;
        jo.reads("Kimberly").await;
        self.goto(jo, "admin/role").await;
        jo.press("Edit Order Clerks").await;
        jo.reads("Kimberly Example").await;
        self.keep(jo, "role-with-users").await;
    }

    /// Jo ends a session of their own from another one; and what was stolen is dead, ended or signed out.
    async fn ends_a_session(&self) {
        let elsewhere = self.elsewhere("jo", PASSWORD).await;
        let stolen = elsewhere.cookie().await;
        assert!(self.opens(&stolen));
        let jo = &self.jo;
        self.goto(jo, "admin/account").await;
        jo.reads("open in more than one location").await;
        self.keep(jo, "sessions").await;
        jo.click("#sessions form button").await;
        jo.reads("The session has ended.").await;
        assert!(!self.opens(&stolen), "in the hands of a thief");
        self.goto(&elsewhere, "admin/user").await;
        elsewhere.reads("Your current session is terminated by another user of this account.").await;
        self.keep(&elsewhere, "session-ended").await;

        elsewhere.sign_in("jo", PASSWORD).await;
        elsewhere.see("#userGrid").await;
        let stolen = elsewhere.cookie().await;
        assert!(self.opens(&stolen), "and the page asked for follows");
        elsewhere.press("Sign Out").await;
        elsewhere.reads("You have logged out.").await;
        assert!(!self.opens(&stolen), "signed out where it was stolen");
        elsewhere.close().await;
    }

    /// Whoever is asked for their password and gives six wrong ones is locked, and told so.
    async fn unlocks_whoever_was_locked(&self) -> Browser {
        let kim = self.elsewhere("kim", THEIRS).await;
        self.goto(&kim, "admin/account").await;
        for number in 1..=6 {
            kim.fill("password", "eight yellow otters").await;
            kim.fill("password_confirmation", "eight yellow otters").await;
            kim.fill("user_current_password", "wrong").await;
            kim.marks_the_page().await;
            kim.press("Save Account").await;
            kim.leaves_the_marked_page().await;
            if number < 6 {
                kim.reads("The password entered for the current user is invalid.").await;
            }
            if number == 1 {
                self.keep(&kim, "confirmation-wrong").await;
            }
        }
        kim.reads("Your account is temporarily disabled. Please try again later.").await;
        self.keep(&kim, "locked").await;
        self.sign_in(&kim, "kim", THEIRS).await;
        kim.reads("The account sign-in was incorrect or your account is disabled temporarily.").await;

        let jo = &self.jo;
        self.goto(jo, "admin/user?status=2").await;
        jo.reads("Locked").await;
        self.keep(jo, "user-locked").await;
        jo.press("Unlock kim").await;
        jo.reads("The user account 'kim' has been unlocked.").await;
        self.sign_in(&kim, "kim", THEIRS).await;
        kim.reads("failed sign-in attempts").await;
        self.keep(&kim, "told-of-failures").await;
        kim
    }

    async fn deactivates(&self, kim: &Browser) {
        let jo = &self.jo;
        self.goto(jo, "admin/user?name=kim").await;
        jo.press("Edit kim").await;
        jo.press("Deactivate").await;
        jo.reads("Nobody signs in with this account until it is set to Active again").await;
        self.keep(jo, "deactivate").await;
        jo.click(".dialog-actions button[type=submit]").await;
        jo.reads("The user account 'kim' has been deactivated.").await;
        self.keep(jo, "user-inactive").await;
        self.goto(kim, "admin/account").await;
        kim.reads("Welcome, please sign in").await;
    }

    async fn looks_at_the_trail(&self) {
        let jo = &self.jo;
        self.goto(jo, "admin/activity").await;
        jo.fill("activity_person", "jo").await;
        jo.choose("activity_act", "Account unlocked").await;
        jo.press("Search").await;
        jo.reads("Reset").await;
        self.keep(jo, "activity-filtered").await;
        let rows =
            jo.client.find_all(fantoccini::Locator::Css("#activityGrid_table tbody tr")).await.unwrap();
        assert_eq!(rows.len(), 1, "one such act");
        let row = rows[0].text().await.unwrap();
        assert!(row.contains("jo") && row.contains("Account unlocked") && row.contains("kim"), "{row}");
    }
}

/// Whoever does nothing is warned before the session ends, and goes on with one press.
#[tokio::test]
async fn the_end_of_an_idle_session_is_told_before_and_put_off_by_one_press() {
    let office = Office::open("idle", Setup::default()).await;
    let jo = &office.jo;
    office.goto(jo, "admin/user/new").await;
    jo.fill("username", "half-typed").await;
    jo.no_longer_see(".idle").await;
    let later = async |seconds: i64| {
        let script = "const now = Date.now; Date.now = () => now() + 1000 * arguments[0]";
        jo.client.execute(script, vec![seconds.into()]).await.unwrap();
    };
    later(760).await;
    jo.reads("Your session is about to end, because nothing was sent for a while.").await;
    office.keep(jo, "soon").await;
    jo.press("Stay signed in").await;
    jo.no_longer_see(".idle").await;
    assert_eq!(jo.value("username").await, "half-typed");
    later(900).await;
    jo.reads("Your session has ended.").await;
    office.keep(jo, "over").await;
    // In another tab, and what was typed here can be sent.
    jo.press("Sign in").await;
    jo.windows(2).await;
    office.goto(jo, "admin/account").await;
    jo.press("Sign Out").await;
    jo.reads("You have logged out.").await;
    office.sign_in(jo, "jo", PASSWORD).await;
    jo.see("form[action='/admin/logout']").await;
    jo.client.close_window().await.unwrap();
    jo.windows(1).await;
    jo.no_longer_see(".idle").await;
    for (id, text) in CLERKS.into_iter().filter(|(id, _)| *id != "username") {
        jo.fill(id, text).await;
    }
    jo.press("Save User").await;
    jo.reads("Please choose a role.").await;
    assert_eq!(jo.value("username").await, "half-typed");
    office.jo.close().await;
}

/// Nothing puts the end of the longest session off; what helps is said.
#[tokio::test]
async fn the_end_of_the_longest_session_is_told_before() {
    let office = Office::open("longest", Setup::default()).await;
    let jo = &office.jo;
    office.goto(jo, "admin/user/new").await;
    let later = "const now = Date.now; Date.now = () => now() + 1000 * arguments[0];
        document.dispatchEvent(new CustomEvent('asked'))";
    jo.client.execute(later, vec![(12 * 3600 - 600).into()]).await.unwrap();
    jo.no_longer_see(".idle").await;
    jo.client.execute(later, vec![500.into()]).await.unwrap();
    jo.reads("Save your work now, then sign out and sign in again.").await;
    jo.no_longer_see("[data-stay]").await;
    office.keep(jo, "last").await;
    jo.client.execute(later, vec![101.into()]).await.unwrap();
    jo.reads("Your session has ended.").await;
    office.jo.close().await;
}

async fn through(name: &'static str, setup: Setup) {
    let office = Office::open(name, setup).await;
    office.makes_a_role().await;
    office.makes_and_changes_a_user().await;
    office.ends_a_session().await;
    let kim = office.unlocks_whoever_was_locked().await;
    office.deactivates(&kim).await;
    office.looks_at_the_trail().await;
    kim.close().await;
    office.jo.close().await;
}

#[tokio::test]
async fn people_and_what_they_may_do_are_administered() {
    through("people", Setup::default()).await;
}

#[tokio::test]
async fn people_are_administered_on_a_telephone_in_the_dark_without_script() {
    through("people-plain", Setup { width: 360, is_dark: true, has_script: false }).await;
}

#[tokio::test]
async fn people_are_administered_by_the_keyboard_alone() {
    let office = Office::open("people-keys", Setup::default()).await;
    let jo = &office.jo;
    office.goto(jo, "admin/role").await;
    jo.tab_to("#add").await;
    jo.keys(ENTER).await;
    jo.see("#rolename").await;
    jo.tab_to("#rolename").await;
    jo.keys("Order Clerks").await;
    jo.tab_to("#resources-search").await;
    jo.keys(ORDERS).await;
    jo.tab_to(&format!("input[value='{ORDERS}']")).await;
    jo.keys(" ").await;
    jo.tab_back_to("#rolename").await;
    jo.keys(ENTER).await;
    jo.reads("You saved the role.").await;

    office.goto(jo, "admin/user/new").await;
    jo.see("#username").await;
    for (id, text) in CLERKS {
        jo.tab_to(&format!("#{id}")).await;
        jo.keys(text).await;
    }
    jo.tab_to("#role").await;
    jo.keys("Ord").await;
    jo.tab_back_to("#save").await;
    jo.keys(ENTER).await;
    jo.reads("You saved the user.").await;

    jo.tab_to("[aria-label='Edit kim']").await;
    jo.keys(ENTER).await;
    jo.see("a[href='/admin/user/confirm/deactivate/2']").await;
    for closes in [ESCAPE, ENTER] {
        jo.tab_to("a[href='/admin/user/confirm/deactivate/2']").await;
        jo.keys(ENTER).await;
        jo.see("dialog[open]").await;
        jo.tab_to("dialog .dialog-actions button[type=submit]").await;
        office.keep(jo, "deactivate").await;
        jo.keys(closes).await;
    }
    jo.reads("The user account 'kim' has been deactivated.").await;

    office.goto(jo, "admin/activity").await;
    jo.tab_to("#activity_act").await;
    jo.keys("User deact").await;
    jo.keys(ENTER).await;
    jo.tab_to(".filter-acts button").await;
    jo.keys(ENTER).await;
    jo.see("a[href='/admin/activity']").await;
    office.keep(jo, "activity").await;
    let row = jo.see("#activityGrid_table tbody tr").await.text().await.unwrap();
    assert!(row.contains("User deactivated") && row.contains("kim"), "{row}");
    office.jo.close().await;
}
