### English. Keys begin with the noun of the page they belong to; a value to be inserted is named after what it is.

## Frame

product-name = Latchkey
frame-skip = Skip to content
frame-menu = Main menu
frame-nav-integrations = Integrations
frame-nav-users = Users
frame-nav-roles = Roles
frame-account = My Account
frame-nav-webhooks = Webhooks
frame-nav-schedule = Jobs
frame-nav-customers = Customers
frame-nav-activity = Activity
frame-nav-settings = Configuration
frame-sign-out = Sign Out
frame-signed-in-as = Signed in as
frame-system-messages = System Messages:
frame-system-more = { $count ->
    [one] One more message
   *[other] { $count } more messages
}
frame-system-new = { $count ->
    [one] You have { $count } new system message
   *[other] You have { $count } new system messages
}
system-plain-http = The public address is not https: passwords, sessions and tokens can be read on their way. Set base_url to an https address, in latchkey.toml or LATCHKEY_BASE_URL.
system-no-mail = Whoever forgets the password gets no link by mail. Set smtp_url and mail_from, or print links with “latchkey admin reset-password”.
system-integrations-reset-before = One or more{" "}
system-integrations-reset-link = integrations
system-integrations-reset-after = {" "}have been reset because of a change to their xml configs.
system-deliveries-failed-before = Events were given up that could not be delivered to one or more{" "}
system-deliveries-failed-link = webhooks
system-deliveries-failed-after = . See there what went wrong, and send them again.
frame-loading = Loading…
frame-idle-soon = Your session is about to end, because nothing was sent for a while.
frame-idle-stay = Stay signed in
frame-idle-last = Your session is about to end, because no session lasts longer than twelve hours. Save your work now, then sign out and sign in again.
frame-idle-over = Your session has ended. Sign in again before you send anything; what you typed is still here.
frame-failed-title = Attention
frame-failed = Sorry, something went wrong. Please try again later.
frame-ok = OK
frame-close = Close
frame-cancel = Cancel
frame-back = Back
frame-done = Done
frame-copy = Copy
frame-copy-what = Copy { $what }
frame-copied = Copied.
frame-copy-failed = Press Ctrl+C or ⌘C to copy.
frame-optional = optional
frame-success = Success
frame-notice = Notice
frame-warning = Warning
frame-error = Error
form-problems = { $count ->
    [one] One field needs your attention
   *[other] { $count } fields need your attention
}

## Grids

grid-search = Search
grid-reset = Reset Filter
grid-any = Any
grid-records = { $count ->
    [one] record found
   *[other] records found
}
grid-none-match = We couldn't find any records.
grid-none-match-hint = No record fits this filter. Change it, or take it away.
grid-per-page = per page
grid-page = Page
grid-pages = of { $count }
grid-pages-label = Pages
grid-previous = Previous page
grid-next = Next page
grid-go = Go

## Sign-in

login-title = Sign in
login-welcome = Welcome, please sign in
login-username = Username
login-password = Password
login-submit = Sign in

## Second factor

otp-title = Enter your code
otp-intro = Your password was right. Now enter the code that your authenticator app shows.
otp-code = Authentication code
otp-hint = Six digits. If you do not have your app at hand, enter one of your recovery codes.
otp-restart = Sign in with another account
otp-wrong = The code was wrong, was used already, or your account is disabled temporarily. Wait for the next code and try again.
otp-enrol-title = Set up two-factor sign-in
otp-enrol-required = Everybody here signs in with a second factor. Set yours up to go on.
otp-step-scan = Scan this picture with an authenticator app.
otp-step-type = If you cannot scan it, type this key into the app:
otp-step-code = Enter the code that the app shows now.
otp-picture = QR code with the key for your authenticator app
otp-confirm = Confirm
otp-too-late = You confirmed your password more than ten minutes ago. Begin again.
otp-codes-title = Your recovery codes
otp-codes-intro = Each of these codes signs you in once, when you do not have your app at hand. Keep them where nobody else finds them.
otp-codes-once = They are shown this once. You can have others made at any time.
otp-codes-kept = I have kept them
otp-codes-left = { $count ->
    [0] No recovery code is left: have others made.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
otp-own-title = Two-factor sign-in
otp-own-intro = With a second factor your password alone opens nothing: signing in asks for a code from an app on your telephone as well.
otp-own-on = On
otp-own-off = Off
otp-own-required = Everybody here needs a second factor. Once yours is taken away, you set another one up before anything else.
otp-own-lacking = Everybody here needs a second factor. Please set yours up: nothing else is open to you before that.
otp-begin = Set up
otp-renew = Make other recovery codes
otp-remove = Take it away
otp-removed = Your second factor has been taken away.
otp-reset-confirm = The second factor and the recovery codes of this person are taken away. Until another one is set up, the password alone signs in.
otp-reset-done = The second factor of '{ $name }' has been taken away.

## Forgotten password

login-forgotten = Forgot your password?
forgotten-title = Password Help
forgotten-intro = Enter your email address.  You will receive an email with a link to reset your password.
forgotten-email = Email address
forgotten-submit = Retrieve Password
forgotten-back = Back to Sign in
forgotten-no-mail = This server sends no mail. Ask whoever runs it for a link: the command “latchkey admin reset-password” with your user name prints one.
forgotten-sent = We'll email you a link to reset your password.
forgotten-too-many = We received too many requests for password resets. Please wait and try again later or contact { $contact }.
reset-title = Reset a Password
reset-password = New Password
reset-confirmation = Confirm New Password
reset-submit = Reset Password
reset-done = You updated your password.
mail-greeting = Hello { $name },
mail-password-reset-subject = Password Reset Confirmation for { $name }
mail-password-reset-intro = There was a request to change the password of your account “{ $username }”. To choose a new password, open this link:
mail-password-reset-validity = { $hours ->
    [one] The link works once, within an hour.
   *[other] The link works once, within { $hours } hours.
}
mail-password-reset-ignore = If it was not you, leave this mail alone: your password stays as it is.
mail-changed-email = e-mail address
mail-changed-password = password
mail-changed-username = user name
mail-changed-subject = New { $changed } for { $username }
mail-changed-intro = This is new in your account “{ $username }”: { $changed }.
mail-new-administrator-subject = New admin user '{ $username }' created
mail-new-administrator-intro = There is another administrator, made by { $by }: “{ $username }” ({ $name }, { $email }), with the role “{ $role }”.
mail-new-administrator-ending = If that was not meant to be, deactivate the account at once, and see under Activity what else was done by whoever made it.
mail-by-command = a command on the server
mail-changed-ending = If neither you nor an administrator on your behalf changed it, tell another administrator at once: they can end the sessions of the account and deactivate it.

## Password confirmation

identity-legend = Current User Identity Verification
identity-password = Your Password
identity-why = You confirmed your password more than ten minutes ago. Enter it to go on.
identity-title = Confirm your password

## First administrator

setup-title = Make the first administrator
setup-intro = This account may do everything. More people, with narrower rights, can follow later.
setup-username = User Name
setup-firstname = First Name
setup-lastname = Last Name
setup-email = Email
setup-password = Password
setup-password-hint = At least 12 characters. A sentence works well.
setup-password-confirmation = Password Confirmation
setup-submit = Create Administrator

## Error pages

error-reference = Reference
error-reference-hint = Give this to your administrator: it leads to the entry in the log.
error-next-steps = Next steps

## Integrations: list

integration-grid-title = Integrations
integration-grid-add = Add New Integration
integration-grid-filter = Filter
integration-column-name = Name
integration-column-status = Status
integration-column-kind = Kind
integration-column-email = Email
integration-column-permissions = Permissions
integration-column-created = Created
integration-column-activate = Activate
integration-column-edit = Edit
integration-column-delete = Delete
integration-insecure = Integration not secure
integration-edit-link = Edit
integration-view-link = View
integration-remove = Remove
integration-remove-which = Remove { $name }
integration-act-which = { $act } { $name }
integration-remove-declared = Uninstall the extension to remove this integration
integration-none-title = No integrations yet
integration-none-text = An integration gives a third party its own key to the store's Web API: you choose what it opens, see its state here, and can take it away again.
integration-none-create = Create the first integration

## Integrations: form

integration-info-title = Integration Info
integration-info-general = General
integration-api-title = API
integration-api-available = Available APIs
integration-field-name = Name
integration-field-email = Email
integration-field-endpoint = Callback URL
integration-field-endpoint-note = Enter URL where Oauth credentials can be sent when using Oauth for token exchange. We strongly recommend using https://.
integration-field-identity = Identity link URL
integration-field-identity-note = URL to redirect user to link their 3rd party account with this Magento integration credentials.
integration-field-bearer = Calls without a signature
integration-field-bearer-note = Accepting the access token alone is a risk: whoever reads it once, in a log or on the way, can make every call that this integration may make, until you revoke it. A signature cannot be used again. Allow it only for a client that cannot sign.
integration-bearer-follow = As the setting for all integrations says
integration-bearer-signed = Never: every call must be signed
integration-bearer-allowed = Accepted: the access token alone is enough (Bearer)
integration-bearer-warning = Calls with its access token alone, without a signature, are accepted. Whoever reads the token once can use it.
integration-save = Save
integration-save-activate = Save & Activate
integration-save-select = Select
integration-access = Resource Access
integration-access-custom = Custom
integration-access-all = All
integration-access-all-note = Everything, including resources that extensions add later.
integration-resources = Resources
integration-resources-search = Search resources
integration-resources-expand = Expand all
integration-resources-collapse = Collapse all
integration-resources-tick = Select all
integration-resources-untick = Clear
integration-resources-ticked-only = Selected only
integration-resources-count = { $ticked } of { $total } selected
integration-resources-none-found = No resource fits this search.
integration-resources-below = Resources under { $title }
integration-resources-part = { $ticked } of { $total }
integration-resources-routes = { $count ->
    [0] No API route
    [one] 1 route
   *[other] { $count } routes
}
integration-resources-unused-note = Only resources that guard a route change what an integration can call. Those marked “No API route” guard screens of the administration.
integration-resources-locked = You do not hold this resource. It stays as it is.
integration-resources-missing = Not included:
integration-resources-include = Include
integration-resources-include-which = Include { $title }
integration-resources-everything = All resources

## Integrations: state and credentials

integration-state-title = State
integration-details-title = Integration Details
integration-details-note = The consumer key names the integration. The other three are secrets.
integration-details-hidden = Hidden
integration-details-none = Not there until the integration is activated.
integration-details-reveal = Reveal
integration-details-reveal-label = Reveal the secrets
integration-consumer-key = Consumer Key
integration-consumer-secret = Consumer Secret
integration-token = Access Token
integration-token-secret = Access Token Secret

## Integrations: dialogs

integration-permissions-ask = The integration you selected asks you to approve access to the following:
integration-permissions-none = No permissions requested
integration-permissions-allow = Allow
integration-permissions-reauthorize = Reauthorize
integration-permissions-now = Replace the token now
integration-permissions-now-hint = The token in use stops working at once, instead of when the new one is first used.
integration-permissions-exchange = Allowing sends the credentials to { $endpoint } and opens the partner's page, where you sign in. The integration is active as soon as the partner's server has exchanged its tokens.
integration-permissions-exchange-again = Reauthorizing sends the credentials to { $endpoint } again and opens the partner's page, where you sign in. The token in use goes on working until the partner's server has the new one, and for a while beside it.
integration-tokens-title = Integration Tokens for Extensions
integration-tokens-hint = Pass these four values to the partner over a channel you trust.
integration-tokens-once = Copy them now: they are not shown again, since the setting latchkey/token/reveal is 0.
integration-saved = The integration '{ $name }' has been saved.

## Integrations: pages, states and acts

integration-new-title = New Integration
integration-edit-title = Edit "{ $name }" Integration
integration-view-title = View "{ $name }" Integration
integration-insecure-notice = Warning! Integrations not using HTTPS are insecure and potentially expose private or personally identifiable information
integration-status-inactive = Inactive
integration-status-active = Active
integration-status-reset = Reset
integration-status-suspended = Suspended
integration-note-inactive = Calls are refused until it is activated.
integration-note-inactive-exchange = Calls are refused until the partner's server has exchanged its tokens. Activating sends it the credentials for that.
integration-note-active = Calls that are signed with its token are accepted.
integration-note-reset = Its declaration changed. Calls are refused until it is activated again.
integration-note-reset-live = Its declaration changed. Calls are still accepted; reauthorize it to approve the change.
integration-note-suspended = Calls are refused. Its tokens are kept for when it is resumed.
integration-kind-manual = Manual
integration-kind-declared = Config file
integration-kind-orphaned = Config file, gone
integration-exchange-partner = Token exchange
integration-exchange-shown = Tokens shown here
integration-permissions-all = All
integration-permissions-some = { $granted } of { $of }
integration-activate = Activate
integration-reauthorize = Reauthorize
integration-suspend = Suspend
integration-resume = Resume
integration-revoke = Revoke
integration-delete = Delete
integration-confirm-title = Are you sure?
integration-delete-confirm = Are you sure you want to delete this integration? You can't undo this action.
integration-suspend-confirm = Every call of this integration is refused until you resume it. Its tokens are kept.
integration-resume-confirm = The calls of this integration are accepted again, with the tokens that it has.
integration-revoke-confirm-exchange = The tokens of this integration are deleted, and its calls refused. To give it access again you activate it, and its partner exchanges new tokens.
integration-revoke-confirm = The tokens of this integration are deleted, and its calls refused. To give it access again you activate it and hand over new tokens.
integration-reveal-confirm = The secrets of this integration are shown on its page.
integration-deleted = The integration '{ $name }' has been deleted.
integration-suspended = The integration '{ $name }' has been suspended.
integration-resumed = The integration '{ $name }' has been resumed.
integration-revoked = The access of the integration '{ $name }' has been revoked.
integration-activated = The integration '{ $name }' has been activated.
integration-reauthorized = The integration '{ $name }' has been re-authorized.
integration-earlier-ended = The token before it has ended.
integration-earlier-retires = The token before it ends one minute after the new one is first used, at the latest on { $until }.
integration-secret-renew = New consumer secret
integration-secret-renew-confirm = The integration gets a new consumer secret. The one of today goes on signing until the grace period ends. Tokens stay as they are. Reveal the new secret afterwards, or reauthorize the integration to be shown it, and pass it to the partner.
integration-secret-renew-confirm-exchange = The integration gets a new consumer secret. The one of today goes on signing until the grace period ends. Tokens stay as they are. Reauthorize the integration afterwards, which sends the new secret to the partner's server.
integration-secret-renewed = The integration '{ $name }' has a new consumer secret.
integration-secret-earlier = The one before it signs until { $until }.
integration-secret-earlier-ended = The one before it has ended.
integration-secret-next-shown = Reveal the new one, or reauthorize the integration to be shown it, and pass it to the partner.
integration-secret-next-exchange = Reauthorize the integration to send the new one to the partner's server.
integration-ending-token = The token before the present one works until { $until }.
integration-ending-secret = The consumer secret before the present one signs until { $until }.
integration-end-now = End now
integration-end-now-confirm = The token and the consumer secret before the present ones stop working at once.
integration-ended = What the integration '{ $name }' had before its present credentials has ended.
integration-save-ask = Nothing is saved yet. Enter your password below, then save again.
integration-newer-open = Open the stored version
integration-access-locked = Everything is granted, and you do not hold everything. It stays as it is.

### Users

user-grid-title = Users
user-grid-add = Add New User
user-filter-name = Name or Email
user-column-logged-in = Last Logged in
user-field-role = Role
user-field-active = This account is
user-field-expires = Expiration Date
user-field-expires-hint = In UTC. From then on nobody signs in with this account. Empty: never.
user-own = You
user-never = Never
user-state-active = Active
user-state-inactive = Inactive
user-state-locked = Locked
user-note-locked = Until { $at }
user-note-tokens-locked = Gets no tokens until { $at }
user-note-expired = Expired on { $at }
user-note-expires = Expires on { $at }
user-new-title = New User
user-info = User Info
user-person = Person
user-access = User Role
user-access-own = Role and expiration date of your own account are for another administrator to change.
user-role-choose = Choose a role
user-password-new = New Password
user-password-hint = Leave it empty to keep the present one.
user-save = Save User
user-saved = You saved the user.
user-sessions = { $count ->
    [0] Not signed in
    [one] Signed in once
   *[other] Signed in { $count } times
}
user-tokens = { $count ->
    [0] No API tokens
    [one] One API token
   *[other] { $count } API tokens
}
user-holds-more = This user may do more than you, so you can only look.
user-confirm-title = Are you sure you want to do this?
user-delete = Delete User
user-delete-confirm = The account is deleted, and its sessions end. You can't undo this action.
user-deleted = You deleted the user.
user-deactivate = Deactivate
user-deactivate-confirm = Nobody signs in with this account until it is set to Active again, and its sessions end.
user-deactivated = The user account '{ $name }' has been deactivated.
user-reactivate = Reactivate
user-reactivate-confirm = The owner of this account can sign in again, with the password of before.
user-reactivated = The user account '{ $name }' has been reactivated.
user-force-sign-in = Force Sign-In
user-force-sign-in-confirm = All sessions of this account end, and its API tokens are revoked. Its owner can sign in again.
user-forced-sign-in = All sessions of '{ $name }' have ended.
user-revoke-tokens = Revoke API Tokens
user-revoke-tokens-confirm = Are you sure you want to revoke the user's tokens?
user-revoked-tokens = You have revoked the user's tokens.
user-unlock = Unlock
user-unlock-confirm = The account is no longer locked: the right password lets its owner in again, and gets tokens again.
user-reset-otp = Reset Second Factor
user-unlocked = The user account '{ $name }' has been unlocked.

### Roles

role-grid-title = Roles
role-grid-add = Add New Role
role-field-name = Role Name
role-column-members = Users
role-new-title = New Role
role-edit-title = Role "{ $name }"
role-info = Role Info
role-resources = Role Resources
role-resources-legend = What its users may do
role-members = Role Users
role-members-none = Nobody has this role.
role-save = Save Role
role-saved = You saved the role.
role-delete = Delete Role
role-delete-confirm = The role is deleted. You can't undo this action.
role-deleted = You deleted the role.
role-holds-more = This role may do more than you, so you can only look.

### Customers

customer-grid-title = Customers
customer-filter-name = Email or name begins with
customer-column-email = Email
customer-column-name = Name
customer-column-created = Created
customer-column-website = Website
customer-column-tokens = API Tokens
customer-column-acts = Acts
customer-unconfirmed = Email not confirmed
customer-none-title = No customers yet
customer-none-text = Customers of the store get tokens with which apps call the Web API on their behalf. They are taken in on the server's command line: all at once from a file, or one by one.
customer-deactivate = Deactivate
customer-deactivate-confirm = This customer gets no tokens until you activate the account again, and those that there are end at once.
customer-deactivated = The customer '{ $name }' has been deactivated.
customer-activate = Activate
customer-activate-confirm = This customer gets tokens again, with the password of before.
customer-activated = The customer '{ $name }' has been activated.
customer-revoke-tokens = Revoke tokens
customer-revoke-tokens-confirm = The tokens of this customer end at once. With the password there are new ones.
customer-revoked-tokens = The tokens of the customer '{ $name }' have been revoked.

### Settings

setting-title = Configuration
setting-save = Save Config
setting-saved = You saved the configuration.
setting-intro = What is changed here counts at once, on every node. “latchkey config” on the server does the same.
setting-inherit = Use system value
setting-inherit-which = for { $name }
setting-empty = empty
setting-yes = Yes
setting-no = No
setting-group-access_token_lifetime = Access Token Expiration
setting-oauth-access_token_lifetime-customer = Customer Token Lifetime (hours)
    .hint = We will disable this feature if the value is empty.
setting-oauth-access_token_lifetime-admin = Admin Token Lifetime (hours)
    .hint = We will disable this feature if the value is empty.
setting-group-cleanup = Cleanup Settings
setting-oauth-cleanup-expiration_period = Expiration Period
    .hint = Cleanup entries older than X minutes. Used nonces are kept for 40 minutes at the least.
setting-group-consumer = Consumer Settings
setting-oauth-consumer-expiration_period = Expiration Period
    .hint = Consumer key/secret will expire if not used within X seconds after Oauth token exchange starts.
setting-oauth-consumer-post_maxredirects = OAuth consumer credentials HTTP Post maxredirects
    .hint = Number of maximum redirects for OAuth consumer credentials Post request.
setting-oauth-consumer-post_timeout = OAuth consumer credentials HTTP Post timeout
    .hint = Timeout for OAuth consumer credentials Post request within X seconds.
setting-oauth-consumer-enable_integration_as_bearer = Allow OAuth Access Tokens to be used as standalone Bearer tokens
    .hint = Whoever sees such a token once can use it: no signature protects the call. Each integration may be told otherwise on its page.
setting-group-authentication_lock = Authentication Locks
setting-oauth-authentication_lock-max_failures_count = Maximum Login Failures to Lock Out Account
    .hint = Maximum Number of authentication failures to lock out account. Counted where tokens are asked for with name and password. Use 0 to disable.
setting-oauth-authentication_lock-timeout = Lockout Time (seconds)
    .hint = Period of time in seconds after which account will be unlocked. Use 0 to disable.
setting-group-token_service = Requests for Tokens
setting-latchkey-token-attempts_per_address = Failed requests for tokens per client address
    .hint = Within ten minutes, on each node. Use 0 to disable. Behind a proxy, the server's setting trusted_proxies must name it.
setting-group-token = Tokens of Integrations
setting-latchkey-token-grace = Grace after an exchange (seconds)
    .hint = How long the token before the new one goes on working at the most, until the partner's server uses the new one.
setting-latchkey-token-grace_simple = Grace after a simple re-authorization (seconds)
    .hint = The same where the new token is shown to a person who passes it on.
setting-latchkey-token-reveal = Show secrets again
    .hint = With No, the dialog of the activation is the only time that they are shown.
setting-group-declared = Declared Integrations
setting-latchkey-declared-on_change = When a declaration asks for more
    .hint = A declared integration whose file names another callback URL or further resources than before. While it waits for approval, what works goes on; made anew, it has no token.
    .is-approve = Wait for approval
    .is-recreate = Make it anew
    .is-update = Update without asking
setting-group-sign_in = Sign-in of Administrators
setting-admin-security-admin_account_sharing = Admin Account Sharing
    .hint = If set to Yes, you can log in from multiple computers into same account. Each session is listed under “My Account”. With No, signing in ends the session elsewhere.
setting-admin-security-session_lifetime = Admin Session Lifetime (seconds)
    .hint = Please enter at least 60 and at most 31536000 (one year). Every session ends after twelve hours.
setting-admin-security-lockout_failures = Maximum Login Failures to Lockout Account
    .hint = Wrong passwords and codes. Use 0 to disable.
setting-admin-security-lockout_threshold = Lockout Time (minutes)
    .hint = Failures within this time add up. Use 0 to disable.
setting-latchkey-login-attempts_per_address = Failed sign-ins per client address
    .hint = Within ten minutes, on each node. Use 0 to disable. Behind a proxy, the server's setting trusted_proxies must name it.
setting-latchkey-otp-required = Require a second factor of everybody
    .hint = Whoever has none sets it up at the next sign-in; whoever is signed in, before anything else.
setting-group-password = Passwords of Administrators
setting-admin-security-password_rule = Password Rule
    .hint = Common passwords, and those that hold the name, are refused in any case.
    .is-length = At least 12 characters
    .is-magento = At least 7 characters, with a letter and a digit
setting-admin-security-password_lifetime = Password Lifetime (days)
    .hint = Use 0 to disable.
setting-admin-security-password_is_forced = Password Change
    .hint = What happens when the lifetime is over.
    .is-0 = Recommended
    .is-1 = Forced
setting-group-password_link = Forgotten Passwords
setting-admin-security-password_reset_protection_type = Password Reset Protection Type
    .is-1 = By IP and Email
    .is-2 = By IP
    .is-3 = By Email
    .is-0 = None
setting-admin-security-password_reset_link_expiration_period = Recovery Link Expiration Period (hours)
setting-admin-security-max_number_password_reset_requests = Max Number of Password Reset Requests
    .hint = Limit the number of password reset request per hour. Use 0 to disable.
setting-admin-security-min_time_between_password_reset_requests = Min Time Between Password Reset Requests
    .hint = Delay in minutes between password reset requests. Use 0 to disable.

### Own account

account-title = My Account
account-info = Account Information
account-field-locale = Interface Locale
account-role = Your role: { $name }
account-save = Save Account
account-saved = You saved the account.
account-proof-hint = Needed for a new password or e-mail address, and when you confirmed yours more than ten minutes ago.
account-password-ends-others = A new password ends all your other sessions.
account-password-due = It's time to{" "}
account-password-due-link = change your password
account-password-forced = It's time to change your password. Until then every page leads to{" "}
account-password-forced-link = My Account
account-otp-manage = Manage
account-sessions = Sessions
account-sessions-several = This administrator account is open in more than one location. Note that other locations might be different browsers or sessions on the same computer.
account-session-this = This one
account-session-unknown = Unknown
account-session-started = Since
account-session-seen = last seen
account-session-end = End session
account-session-end-title = End session
account-session-end-confirm = Whoever uses this session is signed out.
account-session-ended = The session has ended.
account-sessions-end = Log out all other sessions
account-sessions-end-confirm = Are you sure that you want to log out all other sessions?

## Audit trail

activity-title = Activity
activity-intro = Everything that people, partners and commands changed or tried, newest first. Times are UTC.
activity-filter = Filter
activity-person = Person
activity-person-hint = Whole user name
activity-thing = About
activity-which = Name or ID
activity-which-hint = Whole name; or choose what it is about, and give the ID
activity-act = Act
activity-from = From
activity-to = To
activity-date-wrong = Write the date like 2026-11-25.
activity-none-title = Nothing has happened yet
activity-none-text = Sign-ins, changes and exchanges with partners are listed here as soon as they happen.
activity-none-match = Nothing like this has happened
activity-none-match-hint = Names are compared as a whole. Change the filter, or take it away.
activity-column-when = When
activity-column-who = Who
activity-column-what = What
activity-column-changes = Changes
activity-column-from = From where
activity-pages = Pages of the audit trail
activity-newer = Newer
activity-older = Older
activity-export = Export
activity-export-note = What fits the filter, all of it.
activity-export-csv = CSV
activity-export-json = JSON
activity-who-partner = Partner of { $name }
activity-who-command = A command on the server
activity-who-system = The server
activity-who-stranger = Somebody not signed in
activity-thing-unknown-user = a name that nobody has
activity-from-command = Command line
activity-from-system = The server itself
activity-from-unknown = Unknown address
activity-secret = replaced; not shown
activity-empty = empty
activity-became = became
activity-resources-granted = { $count ->
    [one] Resource granted
   *[other] { $count } resources granted
}
activity-resources-withdrawn = { $count ->
    [one] Resource withdrawn
   *[other] { $count } resources withdrawn
}
activity-resources-asked = { $count ->
    [one] Resource asked for, not granted yet
   *[other] { $count } resources asked for, not granted yet
}
activity-resources-waived = { $count ->
    [one] Resource asked for no longer, still granted
   *[other] { $count } resources asked for no longer, still granted
}
activity-field-value = Value
activity-field-role = Role
activity-field-website = Website
activity-field-confirmed = Email confirmed
activity-field-tokens = API tokens
activity-field-session = Session
activity-field-recovery-codes-left = Recovery codes left
activity-field-cause = Cause
activity-field-file = File
activity-field-format = Format
activity-field-delivery = Delivery
activity-field-entries = Entries up to number
activity-field-hash = Hash of the last one
activity-yes = Yes
activity-no = No
activity-field-second-factor = Second factor used
activity-cause-address-limited = Too many failed sign-ins came from this address
activity-latest = Activity
activity-latest-note = The latest entries of the audit trail about this integration.
activity-latest-none = Nothing has been recorded about it.
activity-latest-all = All of its activity
activity-act-sign-in = Signed in
activity-act-sign-in-failed = Sign-in refused
activity-act-sign-out = Signed out
activity-act-session-ended = Session ended
activity-act-other-sessions-ended = Other sessions ended
activity-act-sign-in-forced = Forced to sign in again
activity-act-confirmation-failed = Wrong password when asked again
activity-act-account-locked = Account locked
activity-act-account-unlocked = Account unlocked
activity-act-setup-link-made = Setup link made
activity-act-user-created = User created
activity-act-user-updated = User changed
activity-act-user-deactivated = User deactivated
activity-act-user-reactivated = User reactivated
activity-act-user-deleted = User deleted
activity-act-customer-created = Customer created
activity-act-customer-activated = Customer activated
activity-act-customer-deactivated = Customer deactivated
activity-act-customer-deleted = Customer deleted
activity-act-password-changed = Password changed
activity-act-password-link-made = Password link made
activity-act-password-reset = Password chosen by link
activity-act-otp-enrolled = Second factor set up
activity-act-otp-reset = Second factor taken away
activity-act-otp-failed = Wrong code as second factor
activity-act-recovery-code-used = Recovery code used
activity-act-recovery-codes-renewed = Recovery codes renewed
activity-act-token-issued = API token issued
activity-act-token-refused = API token refused
activity-act-token-locked = No API tokens for a while
activity-act-tokens-revoked = API tokens revoked
activity-act-customers-imported = Customers imported
activity-act-role-created = Role created
activity-act-role-updated = Role changed
activity-act-role-deleted = Role deleted
activity-act-setting-changed = Setting changed
activity-act-setting-reset = Setting back to default
activity-act-integration-created = Integration created
activity-act-integration-updated = Integration changed
activity-act-integration-deleted = Integration deleted
activity-act-integration-suspended = Integration suspended
activity-act-integration-resumed = Integration resumed
activity-act-integration-revoked = Access revoked
activity-act-integration-activated = Integration activated
activity-act-integration-reauthorized = Integration reauthorized
activity-act-integration-reset = Reset by its declaration
activity-act-integration-approved = Declaration approved
activity-act-integration-adopted = Taken over by a declaration
activity-act-integration-orphaned = Declaration gone
activity-act-integration-returned = Declared again
activity-act-integration-imported = Integration moved in
activity-act-secret-renewed = Consumer secret renewed
activity-act-earlier-ended = Earlier credentials ended
activity-act-secrets-revealed = Secrets revealed
activity-act-credentials-sent = Credentials sent to partner
activity-act-credentials-delivered = Partner has the credentials
activity-act-credentials-failed = Partner did not confirm the credentials
activity-act-request-token-given = Request token given
activity-act-access-token-given = Access token given
activity-act-trail-exported = Audit trail exported
activity-act-trail-trimmed = Old entries of the audit trail removed
activity-act-job-started = Job started
activity-act-webhook-created = Webhook created
activity-act-webhook-updated = Webhook changed
activity-act-webhook-deleted = Webhook deleted
activity-act-webhook-secret-renewed = Secret of a webhook renewed
activity-act-webhook-secret-revealed = Secret of a webhook revealed
activity-act-delivery-repeated = Event sent again
activity-kind-integration = Integration
activity-kind-user = User
activity-kind-customer = Customer
activity-kind-role = Role
activity-kind-setting = Setting
activity-kind-installation = Installation
activity-kind-trail = Audit trail
activity-kind-job = Scheduled job
activity-kind-webhook = Webhook

### Exchange with the partner's server: the dialog, and what the list says

exchange-ask = Please setup or sign in into your 3rd party account to complete setup of this integration.
exchange-sent = Integration '{ $name }' has been sent for activation.
exchange-sent-again = Integration '{ $name }' has been sent for re-authorization.
exchange-not-sent = Integration '{ $name }' could not be sent for activation. { $cause }
exchange-not-sent-again = Integration '{ $name }' could not be sent for re-authorization, its token stays. { $cause }
exchange-none = No credentials have been sent to the partner's server yet.
exchange-sending = The credentials are on their way to the partner's server.
exchange-delivered = The partner's server has the credentials. We are waiting for it to come back for its tokens: sign in on the partner's page.
exchange-requested = The partner's server has come back and has its request token. It still has to exchange it for the access token.
exchange-completed-active = The partner's server has its access token: the integration '{ $name }' is active.
exchange-completed = The partner's server has its access token.
exchange-failed = The partner's server did not confirm that it has the credentials. Nothing has changed.
exchange-interrupted = The sending was interrupted. Nothing has changed.
exchange-lapsed = The partner's server did not come back for its tokens in time. Nothing has changed.
exchange-blocked = Popup Blocker is enabled! Please add this site to your exception list. This time, open the partner's page here.
exchange-open = Open the partner's page
exchange-open-anyway = Open the partner's page anyway
exchange-check = Check again
exchange-again = Send again
exchange-details = Integration page
exchange-login-success = You have signed in
exchange-login-success-close = You can close this window.

### Attempts: how far they came, what went wrong, what to do next

attempt-title = Attempts
attempt-note = Each time the credentials are sent to the partner's server is an attempt. The latest ones are listed.
attempt-number = Attempt { $number }
attempt-sent-to = Sent to
attempt-milliseconds = { $milliseconds } ms
attempt-state-sending = On its way
attempt-state-interrupted = Interrupted
attempt-state-delivered = Waiting for the partner
attempt-state-failed = Failed
attempt-state-requested = Request token given
attempt-state-completed = Completed
attempt-state-lapsed = Not completed in time
attempt-state-replaced = Replaced
attempt-step-lookup = Name lookup
attempt-step-check = Address check
attempt-step-connect = Connection
attempt-step-tls = Encryption
attempt-step-post = Sending of the credentials
attempt-step-request-token = Request token asked for
attempt-step-access-token = Access token given
attempt-step-first-call = First signed call
attempt-step-wrong = failed
attempt-cause-invalid-url = Nothing can be posted to the callback URL.
attempt-next-invalid-url = Correct the callback URL, then send again.
attempt-cause-plain-http = The callback URL is not https.
attempt-next-plain-http = Change it to https, or have { $place } added to the server's setting egress_allow.
attempt-cause-name-unknown = Nobody knows the name { $host }.
attempt-next-name-unknown = Check the spelling of the callback URL. A new name may take a while to be known everywhere.
attempt-cause-name-lookup-failed = The name { $host } could not be looked up.
attempt-next-name-lookup-failed = Send again in a moment. If it stays like this, check how this server looks up names.
attempt-cause-forbidden-address = { $host } leads to { $detail }, which is not a public address, so nothing was sent.
attempt-next-forbidden-address = Ask the partner for a public address. If it is right that the partner is there, have { $place } added to the server's setting egress_allow.
attempt-cause-connection-refused = Nobody listens at { $place }.
attempt-next-connection-refused = Ask the partner whether its server is running, and check the port in the callback URL. Then send again.
attempt-cause-unreachable = There is no way from this server to { $place }.
attempt-next-unreachable = Check the network and the firewall of this server, and ask the partner about theirs. Then send again.
attempt-cause-certificate-wrong-name = The certificate at { $place } is made out to another name than { $host }.
attempt-cause-certificate-expired = The certificate of { $place } has expired.
attempt-cause-certificate-not-yet-valid = The certificate of { $place } is not valid yet.
attempt-cause-certificate-unknown-authority = The certificate of { $place } was issued by nobody whom this server trusts.
attempt-cause-certificate-revoked = The certificate of { $place } was withdrawn by its issuer.
attempt-cause-certificate-unusable = The certificate of { $place } is not one for a server.
attempt-next-certificate = Nothing was sent. Ask the partner to install a valid certificate for { $host }, then send again.
attempt-next-certificate-clock = Nothing was sent. Ask the partner to look at the certificate, and check the clock of this server. Then send again.
attempt-next-certificate-authority = Nothing was sent. Ask the partner for a certificate of a public authority, sent together with its intermediate certificates. Then send again.
attempt-cause-tls = No encrypted connection to { $place } came about.
attempt-next-tls = Nothing was sent. Check that https is spoken at the port in the callback URL, then send again.
attempt-cause-timed-out = { $place } did not answer in time.
attempt-next-timed-out = The partner may have the credentials all the same: its page may work. Otherwise send again. The time-out is the setting oauth/consumer/post_timeout.
attempt-cause-connection-lost = { $place } ended the connection before it answered.
attempt-cause-not-http = What answered at { $place } was not HTTP.
attempt-next-not-http = Check the port in the callback URL, then send again.
attempt-cause-redirect-other-origin = The partner's server redirected to another place, where the credentials were not sent.
attempt-next-redirect-other-origin = Ask the partner for the right callback URL, enter it, and send again.
attempt-cause-redirect-other-status = The partner's server answered with a redirect instead of a confirmation.
attempt-next-redirect-other-status = The partner may have the credentials all the same: its page may work. Otherwise ask the partner for the right callback URL, and send again.
attempt-cause-redirect-too-many = The partner's server redirected more often than is allowed.
attempt-next-redirect-too-many = Ask the partner for the address that it leads to in the end and enter it as callback URL, or raise the setting oauth/consumer/post_maxredirects. Then send again.
attempt-cause-http-status = The partner's server answered with the status { $detail }.
attempt-next-ask-partner = The partner may have the credentials all the same: its page may work. Otherwise ask the partner what its log says, and send again.
attempt-cause-unknown = Sending the credentials failed.
attempt-cause-interrupted = Latchkey stopped while it was sending the credentials, so nobody noted what came of it.
attempt-next-interrupted = The partner may have the credentials all the same. Send again to be sure.
attempt-cause-lapsed = The partner's server did not come back for its tokens in time.
attempt-next-lapsed = Send again, and sign in on the partner's page at once. How long the partner has is the setting oauth/consumer/expiration_period.

### Sign-in and errors

login-failed = The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.
login-signed-out = You have logged out.
login-session-ended = Your current session has been expired.
login-session-elsewhere = Someone logged into this account from another device or browser. Your current session is terminated.
login-session-terminated = Your current session is terminated by another user of this account.
login-session-password = The password of this account has been changed. Sign in with the new one.
login-session-administrator = An administrator has ended your session. You can sign in again.
login-failures = { $count ->
    [one] There was one failed sign-in attempt for your account since you last signed in on { $since }. If it was not you, change your password.
   *[other] There were { $count } failed sign-in attempts for your account since you last signed in on { $since }. If it was not you, change your password.
}
login-failures-ever = { $count ->
    [one] There was one failed sign-in attempt for your account before you signed in for the first time.
   *[other] There were { $count } failed sign-in attempts for your account before you signed in for the first time.
}
login-others-terminated = All other open sessions for this account were terminated.
login-too-many = { $count ->
    [one] Too many failed sign-ins came from your address. Please wait a minute and try again.
   *[other] Too many failed sign-ins came from your address. Please wait { $count } minutes and try again.
}
login-locked = Your account is temporarily disabled. Please try again later.
login-not-sent = Nothing was changed. Your browser may still have what you typed: sign in, then go back to the form.
setup-done = The administrator account is ready, and you are signed in with it.
setup-link-invalid-title = This link is no longer valid
setup-link-invalid-sign-in = If there is an administrator already, sign in.
error-way-home = Go to the start page
error-way-form = Back to the form
error-way-users = Back to the users
error-way-webhooks = Go to the list of webhooks
error-way-schedule = Go to the scheduled jobs
error-way-customers = Back to the customers
error-way-roles = Back to the roles
error-way-integrations = Back to the integrations
error-forbidden-title = Sorry, you need permissions to view this content.
error-forbidden-again = If you think this is an error, try signing out and signing in again.
error-forbidden-contact = Contact a system administrator or store owner to gain permissions.
error-forbidden-return = Return to previous page.
error-form-key-title = Invalid Form Key. Please refresh the page.
error-form-key = Nothing was changed. The page with the form is older than your sign-in, or your browser keeps no cookies. Go back to it, refresh it, and send it again.
error-cross-site-title = This request came from another site
error-cross-site = Nothing was changed. Forms are accepted from Latchkey's own pages only. If a proxy stands in front of Latchkey, check that base_url is the address that your browser shows.
error-too-large-title = That was too much
error-too-large = Nothing was changed. The form is larger than any form of Latchkey.
error-unreadable-title = The request could not be read
error-unreadable = Nothing was changed. The request is not one that a page of Latchkey sends.
error-conflict-title = That cannot be done now
error-no-id-title = Integration ID is not specified or is invalid.
error-no-page-title = There is no such page
error-no-page = The address is wrong, or what was there is gone.
error-method-title = This address cannot be opened that way
error-method = Nothing was changed. It takes { $allowed } only. If it was left by a form, go back and send the form again.
error-signed-out-title = You are not signed in
error-signed-out = Your session has ended. Nothing was changed. Sign in to go on where you were.
error-busy-title = Latchkey is busy
error-busy = Nothing was changed. Please try again in a few seconds.
error-internal-title = Sorry, something went wrong
error-internal = Nothing was changed, as far as we know. Please try again later.

### Reasons, shared by pages and commands

reason-required = This is a required field.
reason-required-username = "User Name" is required. Enter and try again.
reason-required-firstname = "First Name" is required. Enter and try again.
reason-required-lastname = "Last Name" is required. Enter and try again.
reason-required-email = Please enter a valid email.
reason-required-password = Password is required field.
reason-too-long = Please enter at most { $max } characters.
reason-password-too-short = Your password must be at least { $min } characters.
reason-control-character = Line breaks and other control characters, those that turn the direction of writing among them, cannot be part of this.
reason-not-an-email = Please enter a valid email address (Ex: johndoe@domain.com).
reason-not-a-url = Please enter a valid URL. Protocol is required (http:// or https://).
reason-url-with-credentials = Leave user name and password out of the URL.
reason-plain-http = Please use https://. Plain http is accepted only when the server's setting egress_allow names { $place }.
reason-integration-name-taken = The integration with name "{ $name }" exists.
reason-user-taken = A user with the same user name or email already exists.
reason-customer-taken = A customer with the same email address already exists.
reason-not-a-code = The code of a website is a small letter, then small letters, digits and underscores, 32 at the most.
reason-unknown-resource = There is no resource { $id } that could be granted.
reason-repeats-line = This is the same as in line { $line }.
reason-key-taken = The integration "{ $name }" has this consumer key already.
reason-token-taken = Another integration has this token already.
reason-not-a-credential = Give { $length } letters and digits.
reason-sealed-otherwise = This is sealed in a way that only older versions of Magento knew. Let Magento seal it again (it does so when the integration is saved), or give it as it is.
reason-no-magento-key = This is sealed by Magento with the key of version { $version }. Give the keys of app/etc/env.php with --magento-key, one a line, all of them.
reason-not-opened = This does not open with the key of Magento that was given: it was altered, or the key is another one.
reason-not-held = You cannot grant what you do not hold: { $ids }.
reason-passwords-differ = Your password confirmation must match your password.
reason-password-holds-name = Your password must not contain your user name or email address.
reason-password-common = This password is one of those that are guessed first. Please choose another one.
reason-wrong-password = The password entered for the current user is invalid. Verify the password and try again.
reason-wrong-code = This code is wrong or was used already. Wait for the next one and try again.
reason-no-email = Please enter an email address.
reason-malformed-email = Please correct this email address:
reason-not-a-number = Please enter a valid number in this field.
reason-not-whole = Please enter a whole number in this field.
reason-too-small = Please enter a number { $min } or greater in this field.
reason-too-large = Please enter a number { $max } or less in this field.
reason-not-a-schedule = Please enter five fields as cron has them, such as “*/5 * * * *”: minute, hour, day of the month, month, day of the week.
reason-default-chosen = A value of your own counts when “Use system value” is not ticked. Take the tick away, or leave the value as it is.
reason-not-a-hash = This is no hash of a password as Magento stores it, and none that begins with $argon2id$.
reason-not-a-flag = Please enter 0 or 1.
reason-not-one-of = Please enter one of: { $words }.
reason-password-not-mixed = Your password must include both numeric and alphabetic characters.
reason-password-used-before = Sorry, but this password has already been used. Please create another.
reason-not-a-moment = Please enter a date and a time, such as 2027-01-31 18:00.
reason-moment-passed = "Expiration date" must be later than the current date.
reason-unknown-role = Please choose a role.
reason-role-holds-more = You cannot assign a role that may do more than you: { $ids }.
reason-role-name-taken = The role with name "{ $name }" exists.
reason-unknown-locale = Please choose one of the languages.
reason-own-rights = You cannot change what your own role may do. Ask another administrator.
conflict-request-changed = What this integration asks for has changed in the meantime, and so nothing was allowed. Review it again.
conflict-changed-meanwhile = Somebody else saved this in the meantime. Load it again, then repeat your change.
conflict-declared-edit = The integrations created in the config file can't be edited.
conflict-declared-delete = Uninstall the extension to remove integration '{ $name }'.
conflict-suspended = This integration is suspended. Resume it first.
conflict-not-suspended = This integration is not suspended.
conflict-not-active = This integration is not active, so there is nothing to suspend.
conflict-nothing-to-revoke = This integration has no access at present, so there is nothing to revoke.
conflict-needs-exchange = This integration exchanges its tokens with the partner's server, so they are not shown here. Activating sends the credentials to that server.
conflict-needs-no-exchange = This integration has no partner's server to exchange tokens with: its tokens are shown here instead.
conflict-reveal-switched-off = Secrets are shown once only: the setting latchkey/token/reveal is 0.
conflict-own-account = You cannot delete, deactivate or demote your own account. Ask another administrator.
conflict-own-role = You cannot delete self-assigned roles.
conflict-last-administrator = Nobody would be left who may do everything. Give somebody else a role with all resources, without an expiration date, then try again.
conflict-role-has-members = { $count ->
    [one] One user has this role. Give that user another role first, then delete this one.
   *[other] { $count } users have this role. Give them another role first, then delete this one.
}
conflict-session-ended = This session has ended already.
conflict-otp-present = There is a second factor already. Take it away before you set up another one.
conflict-otp-not-begun = There is no second factor to do this with. Begin again.
missing-password-link = Your password reset link has expired.
missing-integration = The integration with ID "{ $id }" doesn't exist.
missing-integration-named = The integration with name "{ $name }" doesn't exist.
missing-role-id = This role no longer exists.
missing-admin-user-id = This user no longer exists.
missing-admin-user = Couldn't find the user account "{ $name }"
missing-customer = There is no customer with the email address { $email }.
missing-customer-id = This customer no longer exists.
missing-role = The role "{ $name }" doesn't exist.
missing-setting = There is no setting { $path }. The command “latchkey config list” lists all of them.
missing-setup-link = This link is unknown, used or more than an hour old. The command “latchkey admin setup-link” makes a new one.
denied-integration = You do not hold everything that this integration holds. Missing: { $ids }.
denied-user = You do not hold everything that this user holds. Missing: { $ids }.
denied-role = You do not hold everything that this role holds. Missing: { $ids }.

### Command line

cli-about = Gives third parties access to a store's Web API, and takes it away again
cli-about-serve = Runs the server (this is what happens without a command)
cli-about-migrate = Brings the database up to date
cli-about-doctor = Checks configuration, database, keys and clock
cli-about-config = Settings that are kept in the database
cli-about-config-list = Lists every setting with its value
cli-about-config-get = Prints the value of a setting
cli-about-config-set = Changes a setting
cli-about-config-unset = Goes back to the default
cli-about-admin = Administrators
cli-about-admin-create = Makes an administrator
cli-about-admin-list = Lists the administrators
cli-about-admin-unlock = Opens an account that wrong passwords have locked
cli-about-admin-deactivate = Closes an account and ends its sessions
cli-about-admin-setup-link = Makes a new link for the first administrator
cli-about-admin-reset-password = Makes a link on which an administrator chooses a new password
cli-about-admin-reset-otp = Takes the second factor of an administrator away
cli-about-admin-revoke-tokens = Revokes the API tokens of an administrator
cli-about-customer = Customers of the store
cli-about-customer-create = Makes a customer
cli-about-customer-import = Takes customers in from a CSV file
cli-help-website = Code of the website
cli-help-customer-file = CSV file with the columns email, firstname, lastname, password_hash and, as you like, website, is_active, confirmed
cli-help-customer-dry-run = Check the whole file and count, but change nothing
cli-customer-created = The customer '{ $name }' has been created.
cli-customer-import-header = The first line of the file must name the columns email, firstname, lastname, password_hash and may name website, is_active, confirmed. Missing, unknown or there twice: { $columns }.
cli-customer-import-unreadable = { $file } cannot be read: { $cause }.
cli-customer-import-line = line { $line }: { $what }
cli-customer-import-fields = { $found } fields instead of { $expected }
cli-customer-import-not-text = not UTF-8
cli-customer-import-so-far = { $count } rows read
cli-customer-import-done = { $new } imported, { $present } there already, { $bad } refused.
cli-customer-import-dry = { $new } would be imported, { $present } are there already, { $bad } would be refused. Nothing was changed.
cli-customer-import-bad = { $count ->
    [one] One row was refused. Mend it and import the file again: what is there already is left alone.
   *[other] { $count } rows were refused. Mend them and import the file again: what is there already is left alone.
}
cli-about-customer-revoke-tokens = Revokes the API tokens of a customer
cli-about-integration = Integrations
cli-about-integration-create = Makes an integration
cli-about-integration-list = Lists the integrations
cli-about-integration-show = Shows an integration
cli-about-integration-activate = Activates an integration and prints its credentials
cli-about-integration-reauthorize = Gives an active integration a new token and prints its credentials
cli-about-integration-suspend = Stops every call, keeps the tokens
cli-about-integration-resume = Lets calls pass again
cli-about-integration-revoke = Deletes the tokens
cli-about-integration-delete = Deletes an integration
cli-about-integration-plan = Says what applying the declarations would change; the exit status is 3 when there is something
cli-about-integration-apply = Applies the declarations
cli-about-integration-lint = Checks files for whoever writes them, without a database
cli-about-integration-export = Prints an integration.xml that declares an integration, without secrets
cli-about-integration-import = Brings in integrations of another system, with the credentials that their partners have
cli-about-acl = Resources and routes
cli-about-acl-tree = Lists the permission tree
cli-about-acl-routes = Lists the routes of the Web API and what they need
cli-about-acl-check = Explains whether an integration may make a call; the exit status is 3 when not
cli-about-audit = The audit trail
cli-about-audit-verify = Checks that no entry of the audit trail was changed or taken away
cli-help-json = Print JSON
cli-help-path = Path of the setting, such as oauth/consumer/expiration_period
cli-help-value = New value
cli-help-username = Name to sign in with
cli-help-admin-email = E-mail address
cli-help-first-name = First name
cli-help-last-name = Last name
cli-help-role = Name of the role
cli-help-password-stdin = Read the password from standard input instead of asking for it
cli-help-customer = E-mail address of the customer
cli-help-integration = Name of the integration
cli-help-new-name = Name of the new integration
cli-help-email = E-mail address of the partner
cli-help-endpoint = Callback URL
cli-help-identity-link-url = Identity link URL
cli-help-resource = Resource to grant; may be given more than once
cli-help-all-resources = Grant everything, including resources to come
cli-help-adopt = Take over integrations that a person made, where a file declares one of that name
cli-help-lint = A file, or a folder of files
cli-help-import = Table with a first line of names: name, email, endpoint, identity_link_url, resources, consumer_key, consumer_secret, token, token_secret
cli-help-dry-run = Check every line and change nothing
cli-help-magento-key = The keys of crypt/key in Magento's app/etc/env.php, one a line; @FILE reads them from a file, - from standard input
cli-help-search = Only what has this in its name or title
cli-help-method = GET, POST, PUT or DELETE
cli-help-url = Address of the call: a whole one, or from /rest or /V1 on
cli-help-check-integration = Who makes the call
cli-password = Password:{" "}
cli-password-again = Password again:{" "}
cli-password-no-terminal = The password cannot be asked for here ({ $cause }). Give it on standard input, with --password-stdin.
cli-password-not-hashed = The password could not be hashed ({ $cause }), so nothing was done. This is a fault of the program, so report it.
cli-password-unreadable = The password could not be read from standard input: { $cause }.
cli-serve-setup-link = There is no administrator yet. Make the first one within an hour, on this page:
cli-migrated = Migration { $name } has run.
cli-migrated-none = The database is up to date.
cli-admin-password-link = { $hours ->
    [one] A new password can be chosen here, once and within an hour:
   *[other] A new password can be chosen here, once and within { $hours } hours:
}
cli-admin-created = The administrator '{ $name }' has been created.
cli-output = the output could not be written ({ $cause }): make room where it goes, or send it elsewhere
cli-admin-not-told = Not everybody was told of it by mail, as smtp_url would have it: { $cause }
cli-admin-unlocked = The user account "{ $name }" has been unlocked
cli-admin-not-locked = The user account "{ $name }" was not locked or could not be unlocked
cli-admin-present = There is an administrator already. Make more with “latchkey admin create”.
cli-tokens-revoked = { $count ->
    [0] '{ $name }' had no tokens.
    [one] The one token of '{ $name }' has been revoked.
   *[other] The { $count } tokens of '{ $name }' have been revoked.
}
cli-integration-active-already = The integration '{ $name }' has a token already. “latchkey integration reauthorize” gives it a new one.
cli-integration-not-active = The integration '{ $name }' has no token to replace. “latchkey integration activate” gives it the first one.
cli-integration-not-handed-over = The credentials of "{ $name }" were not taken by the partner's server; the step with a cause says why. Mend it, then run the command again.
cli-audit-empty = The audit trail is empty.
cli-audit-whole = { $count ->
    [one] The one entry of the audit trail is as it was written. Its hash is { $hash }.
   *[other] All { $count } entries of the audit trail are as they were written. The hash of the last one is { $hash }.
}
cli-audit-removed = Entries up to number { $number } were removed because of their age, as the trail itself tells.
cli-audit-so-far = { $count } entries checked
cli-audit-missing = The audit trail is broken: entry { $number } is missing.
cli-audit-altered = The audit trail is broken: entry { $number } is not as it was written.
cli-doctor-ok = { $subject }: ok ({ $detail })
cli-doctor-problem = { $subject }: problem: { $detail }
cli-doctor-skipped = { $subject }: not checked ({ $detail })
cli-doctor-configuration = configuration
cli-doctor-database = database
cli-doctor-declarations = declarations
cli-doctor-keys = keys
cli-doctor-declared = { $count ->
    [one] one integration is declared
   *[other] { $count } integrations are declared
}
cli-doctor-clock = clock
cli-doctor-no-database = { $url } is made on the first start
cli-doctor-no-key-file = the key file { $path } is made on the first start
cli-doctor-needs-configuration = needs a configuration
cli-doctor-needs-database = needs the database
cli-doctor-pending = { $count ->
    [one] one migration has not run: run “latchkey migrate”
   *[other] { $count } migrations have not run: run “latchkey migrate”
}
cli-doctor-clock-off = this machine and the database differ by { $seconds } seconds, and signed requests are judged by the time: synchronise both clocks
cli-doctor-clock-past = this machine says { $now }, which is past: set its clock
cli-doctor-found = { $count ->
    [one] One problem was found.
   *[other] { $count } problems were found.
}

### Why the program does not start. What is wrong with a setting goes on from its name.

config-file = cannot read latchkey.toml: { $cause }
config-syntax = latchkey.toml, line { $line }: { $what }
config-unknown-setting = latchkey.toml holds the unknown setting `{ $name }`: correct or remove it; docs/configuration.md lists all settings
config-unknown-variable = the environment holds the unknown variable `{ $name }`: correct or unset it; docs/configuration.md lists all variables
config-wrong = the setting `{ $setting }` { $what }
config-wrong-variable = the setting `{ $setting }` (environment: { $variable }) { $what }
config-missing = is missing
config-empty = is empty: give it a value or remove it
config-not-utf8 = is not UTF-8
config-not-whole = is not a whole number
config-not-in-range = is not a whole number from 1 to { $max }
config-not-a-string = is not a string: write it in quotes
config-not-a-list = is not a list of strings: write `["…", "…"]`
config-stores = is not a list of tables with code, website, base_url: { $cause }
config-store-code = has the code `{ $value }`: a code is a small letter, then small letters, digits, `_`
config-store-code-reserved = has the code `{ $value }`, which has a meaning of its own: choose another
config-store-code-twice = has the code `{ $value }` twice: every store needs its own
config-store-base-url = has a base_url that { $value }
config-base-url-needed = is required when `listen` is not a loopback address: set it to the address under which partners reach this server
config-listen-taken = is taken by another listener: give it a port of its own
config-mail-half = is not set, but { $given } is: mail needs both
config-key-twice = and `key_file` are both set: keep one of them
config-not-a-socket = is `{ $value }`, which is no address with port: write it like `127.0.0.1:8080`
config-url-malformed = is no address ({ $cause }): write it like `https://shop.example/`
config-url-scheme = is not an http or https address: write it like `https://shop.example/`
config-url-credentials = holds a user name or password: write it like `https://shop.example/`
config-url-port = has the port 0: name the port that others use, or write it like `https://shop.example/`
config-url-query = holds a query or fragment: write it like `https://shop.example/`
config-database-scheme = begins with neither `sqlite://` nor `postgres://`: write `sqlite://path` or `postgres://…`
config-database-file = names no file: write `sqlite://path` or `postgres://…`
config-not-a-folder = is `{ $value }`, which is no folder: make it or remove the setting
config-no-keys = holds no usable keys ({ $cause }): give the content of a key file
config-not-a-header = is not the value of a header: use visible ASCII only
config-not-a-net = holds `{ $value }`, which is no address range: write it like `10.0.0.0/8`
config-not-an-exception = holds `{ $value }`, which is neither `host:port` nor `CIDR:port`: write it like `partner.example:80`
config-not-a-mail-server = is no address of a mail server: write it like `smtps://host:465`
config-not-an-email = is no e-mail address
config-log-level = holds `{ $value }`: a level is one of off, error, warn, info, debug, trace
key-file-unreadable = cannot read the key file { $path }: { $cause }
key-file-open = the key file { $path } is open to other accounts: run `chmod 600 { $path }`
key-file-unusable = the key file { $path } cannot be used: { $cause }; restore it from your backup
key-file-not-made = cannot make the key file { $path }: { $cause }; choose another place with `key_file`
key-file-gone = the key file { $path } is missing, but the database holds secrets sealed with it: restore it from your backup, or set `key_file` to where it is
keys-missing = the database was sealed with keys that are missing here ({ $ids }): add them to the keys
keys-differ = the keys are not those that sealed the database ({ $ids }): restore the right ones from your backup
start-tls = TLS cannot be set up ({ $cause }): this is a fault of the program, so report it
start-upstream = upstream_url cannot be used: { $cause }
start-mail = smtp_url and mail_from cannot be used: { $cause }
start-address = base_url, or that of a store, cannot be used: { $cause }
start-two-observers = there are two observers named { $name }: every one needs a name of its own
start-two-jobs = there are two jobs named { $name }: every one needs a name of its own
start-schedule = the schedule of the job { $job } is not understood: it takes the five fields of cron
start-listen = cannot listen on { $address } ({ $cause }): stop what listens there, or choose another address
start-system = cannot go on: { $cause }

### Failures, with cause and remedy. They go on after a colon; the log has them in words of its own.

failure-database = the database reports an error ({ $cause }): see its own log, and run `latchkey doctor`
failure-entry = the audit trail could not be written ({ $cause }), so nothing was done: this is a fault of the program, so report it
failure-connect = cannot open { $url } ({ $cause }): see that the database is there and in order, or correct `database_url`
failure-password = cannot open { $url }: its password holds characters that an address cannot; write them percent-encoded, such as `%40` for `@`
failure-folder = cannot make { $path } or its folder ({ $cause }): let the account of the server write there, or choose another place with `database_url`
failure-pool = no database connection became free ({ $cause }): try again; if that happens often, see what keeps the database busy, or raise `database_pool`
failure-commit = the transaction could not be committed: { $cause }
failure-migration = the tables could not be brought up to date ({ $cause }): put that right, then run `latchkey migrate`
failure-outdated = the database is older than this program: run `latchkey migrate`
failure-not-durable = PostgreSQL runs with { $setting } = off, so a crash could let used nonces in again: set it to on and restart PostgreSQL
failure-corrupt = table { $table }, row { $row }: column { $column } holds a value that makes no sense: restore it from your backup
failure-sealed = a secret in the database cannot be used: { $cause }
failure-foreign-keys = this process seals with keys that the database does not know: give every node the same keys, and start it again
failure-duplicate = a row with that unique value is already there: look at what is there now, then try again
failure-cancelled = the work was cancelled because the process is stopping: try again once it has started
failure-thread = no thread could be started ({ $cause }): let the account of the server have more threads
failure-bad-key = line { $line } of the keys is not `<id>:<base64 of 32 bytes>`
failure-no-key = there is no key
failure-unknown-key = it was sealed with the key `{ $id }`, which is not among the keys: add it to them
failure-does-not-open = it does not open, because it was altered or belongs to another place or key: restore it from your backup
failure-mail-server = `smtp_url` is no address of a mail server: write it like `smtps://host:465`
failure-mail-sender = `mail_from` is no e-mail address: write it like `Store <store@example.com>`
failure-mail-recipient = the e-mail address of whom it is for is none: correct it in their account
failure-mail-message = the mail could not be put together ({ $cause }): correct `mail_from`, or the name and e-mail address of whom it is for
failure-mail-refused = the mail server did not take it ({ $cause }): see its log, or correct `smtp_url`
failure-mail-template = the mail could not be drawn ({ $cause }): this is a fault of the program, so report it
failure-mail-stopped = the process stopped before the mail was sent: start it again
failure-upstream-host = its host cannot be used: write it like `http://127.0.0.1:8080/`
failure-address-scheme = it must start with http:// or https://
failure-address-host = it must name a host, without a user name
failure-address-port = its port must be a number from 1 to 65535
failure-address-query = it must have neither a query nor a fragment

### Gateway: answers to partners' programs and to whoever sets up the proxy

gateway-untrusted = Calls are decided for proxies on this machine and those named in the setting trusted_proxies. Add the address of your proxy to trusted_proxies.
gateway-no-original = The original request is missing. Let the proxy set X-Original-Method and X-Original-URI, or X-Forwarded-Method and X-Forwarded-Uri.
gateway-both-pairs = The original request is given twice, in X-Original-… and in X-Forwarded-…, and a client may have added one of them. Let the proxy set one pair and remove the other.
gateway-half-a-pair = The original request is given by half. Let the proxy set both headers of a pair: X-Original-Method and X-Original-URI, or X-Forwarded-Method and X-Forwarded-Uri.
gateway-twice = The header { $header } is given more than once, and a client may have added one. Let the proxy replace it.
gateway-unreadable-original = The original request cannot be read. Its address must begin with a slash or with http:// or https:// and a host, as the proxy received it.
gateway-override = The header { $header } is not accepted, because it could change what is called. Let the proxy remove it.
gateway-reserved = The header { $header } is not accepted, because only Latchkey says who is calling. Let the proxy remove it.
gateway-path = The address cannot be matched: { $fault }.
path-relative = the path does not begin with a slash
path-empty = the path has an empty segment
path-dots = the path has a segment `.` or `..`
path-nul = the path has a zero byte
path-backslash = the path has a backslash
path-escape = the path has a percent sign without two hexadecimal digits
path-character = the path has a character that no path may have
miss-method = the Web API does not know the method
miss-route = no route has this method and address
gateway-too-large = The form is larger than 1 MiB, so its signature is not checked.
gateway-crowded = Too many forms are being read at this moment. Try again.
gateway-no-refusal = There is no refusal to write out. Let nginx set X-Latchkey-Status and X-Latchkey-Error from what /gateway/verify?for=nginx answered, as in docs/gateway/nginx.conf.
gateway-unready = The call cannot be decided at this moment. Try again.
gateway-upgrade = Calls of the Web API are plain HTTP; another protocol is not passed on. Send the call without the header Upgrade.
gateway-unsendable = The address has characters that cannot be passed on. Percent-encode them.
gateway-upstream-down = The store's Web API cannot be reached at this moment. Details are available in the log.
gateway-upstream-slow = The store's Web API did not answer in time. Details are available in the log.
gateway-upstream-crowded = Too many calls wait for the store's Web API at this moment. Try again.
gateway-client-slow = The body of the call did not arrive in time.
gateway-client-gone = The body of the call broke off.

### Bearer tokens: these sentences stand in a header too, so no quotation marks and no backslash

bearer-malformed = The header Authorization must hold the word Bearer and one token
bearer-unknown = The access token is unknown or was revoked
bearer-expired = The access token has expired
bearer-closed = The account of the access token may not be used
bearer-signed-only = The access token of this integration signs calls and is not accepted without a signature
bearer-suspended = The integration is suspended
bearer-revoked = The access of the integration was revoked

### Token services

token-too-many = Too many failed requests for tokens came from this address. Please wait and try again later.
token-body-late = The body of the request did not arrive.
token-body-large = The body of the request is too large.

cli-declarations-none = There is no folder of declarations. Make the folder “declarations”, or name another one with the setting “declarations”.
cli-plan-nothing = Nothing would change.
cli-plan-new = new
cli-plan-updated = changed; this counts at once
cli-plan-approval = changed; this waits for approval and re-authorization, and what works keeps working until then
cli-plan-reverted = what waited for approval is asked for no longer
cli-plan-recreated = changed; it is made again with another key, and its partner must be activated again
cli-plan-gone = no file declares it any more; it stays as it is, and may be deleted
cli-plan-source = declared in { $file }, line { $line }
cli-plan-source-before = was declared in { $file }, line { $line }
cli-plan-adopted = taken over: a person made it
cli-plan-returned = declared again
cli-plan-empty = (nothing)
cli-plan-manual = left as it is: a person made an integration of this name. Add --adopt to take it over.
cli-plan-unreadable = left as it is: { $file }, which declared a part of it, cannot be read
cli-problem-error = error: { $problem }
cli-problem-warning = warning: { $problem }
cli-applied = { $count ->
    [0] Nothing has changed.
    [one] One integration has changed.
   *[other] { $count } integrations have changed.
}
cli-lint-fine = { $count ->
    [one] One file, nothing to mend.
   *[other] { $count } files, nothing to mend.
}
cli-lint-found = { $count ->
    [one] One thing is to be mended.
   *[other] { $count } things are to be mended.
}
cli-export-no-email = An integration.xml needs an e-mail address, and "{ $name }" has none. Give it one first.
cli-export-unwritable = The name "{ $name }" holds a character that XML forbids. Give it another one first.
cli-approved-shown = Its declaration changed. With this token it is approved, and counts at once:
cli-approved-exchanged = Its declaration changed. This approves it; it counts once the partner has fetched its token:
cli-import-line = line { $line }: { $field }: { $reason }
cli-import-unreadable = line { $line }: this cannot be read ({ $cause }). Write a table with as many fields in every line as in the first.
cli-import-columns = The first line must name the columns { $missing }. It may also name { $others }.
cli-import-column-unknown = The first line names the column { $column }, which nobody knows. Known are { $known }.
cli-import-column-twice = The first line names the column { $column } twice. Take one of the two out.
cli-import-file = { $path } cannot be read: { $cause }
cli-import-key = --magento-key cannot be used: { $cause }. Give the value of crypt/key in app/etc/env.php.
cli-import-key-length = key number { $number } has not 32 bytes
cli-import-done = { $imported } brought in, { $present } present already, { $wrong } refused
cli-import-dry = { $imported } would be brought in, { $present } present already, { $wrong } would be refused
cli-acl-routes = { $count ->
    [0] {""}
    [one] , one route
   *[other] , { $count } routes
}
cli-acl-no-route = This is no route of the Web API: { $cause }.
cli-acl-route = { $method } { $template } of { $module }{ $form }
cli-acl-form-direct = {""}
cli-acl-form-async = , in its asynchronous form
cli-acl-form-bulk = , in its asynchronous form for many at once
cli-acl-token = There is a token that signs calls.
cli-acl-no-token = There is no token that signs calls: it was never activated, or its access was taken away.
cli-acl-standing = Calls pass in the status { $status }.
cli-acl-not-standing = No call passes in the status { $status }.
cli-acl-need-nothing = Everybody may make this call.
cli-acl-need-customer = Only customers may make this call, about themselves; no permission gives it.
cli-acl-need-everything = { $resource } is needed, and everything is granted.
cli-acl-need-unknown = { $resource } is needed, which nobody declares: only who holds everything holds it.
cli-acl-need-held = { $resource } is needed, and is granted.
cli-acl-need-lacking = { $resource } is needed, and is not granted.
cli-acl-allowed = Allowed: "{ $name }" may make this call.
cli-acl-refused = Refused: "{ $name }" may not make this call.
cli-acl-refused-missing = Refused: "{ $name }" may not make this call, for lack of { $missing }.

### Declarations: what is wrong in a file. A sentence goes on from the element that it is about, or from "the file".

problem-of-file = { $file }: the file { $fault }
problem-of-line = { $file }, line { $line }: the file { $fault }
problem-of-element = { $file }, line { $line }: { $element } { $fault }
problem-unreadable = cannot be read ({ $cause }): let the account of the server read it
problem-not-a-file = cannot be read, because it is a pipe or a device: put a file in its place
problem-too-large = is larger than { $most } bytes, and so was not read: split it into several files
problem-too-many = comes after the first { $most } files, and so was not read: take away what is no declaration
problem-not-utf8 = is not UTF-8: save it in that encoding
problem-doctype = has a DOCTYPE, which is never read: remove it
problem-entity = uses the entity `&{ $name };`, which is not expanded: write the character itself
problem-xml = is not well-formed XML ({ $cause }): correct it here, nothing of this file counts until then
problem-too-deep = stands more than { $most } elements deep: flatten it
problem-kind = is none of the files that are read: give integration.xml, integration/config.xml, integration/api.xml, acl.xml, webapi.xml or module.xml
problem-root = is <{ $found }>, but such a file begins with <{ $expected }>: rename the element, or move the file to where its kind belongs
problem-element = has no place here: only { $name } may stand here
problem-element-some = has no place here: only { $names } and { $last } may stand here
problem-attribute = has the attribute `{ $name }`, which it does not take: remove it
problem-no-attribute = lacks the attribute `{ $name }`: add it
problem-attribute-twice = has the attribute `{ $name }` a second time: remove one of the two
problem-character = holds the character U+{ $number }, which XML forbids: remove it
problem-stray = holds the text `{ $found }`, but may hold elements only: remove it, or make it a comment
problem-short-name = has a name of one letter, which Magento refuses: give it a longer one when it is for Magento, too
problem-long = has { $what } of more than { $most } characters: shorten it
problem-control = has { $what } with a control character in it: remove that
problem-value-name = a name
problem-value-email = an e-mail address
problem-value-url = an address
problem-credentials = holds an address with a user name or password in it: remove those, they are never sent
problem-plain-http = holds a plain http address, which is refused unless the setting egress_allow names `{ $place }`: use https
problem-twice = stands here a second time: remove one of the two
problem-same-name = is called like `{ $name }` but for upper and lower case, and only one of them can exist: rename one
problem-no-email = has no <email> in any file: add one
problem-email = holds `{ $value }`, which is no e-mail address: write it like `help@partner.example`
problem-url = holds `{ $value }`, which is no address of the web: write it like `https://partner.example/callback`
problem-no-resource = lists no <resource>: add one, or remove the element
problem-resource = names `{ $id }`, which is no resource: write it like `Vendor_Module::name`
problem-not-text = holds other elements, but may hold text only: remove them
problem-order = stands after <{ $name }>, but the order is email, endpoint_url, identity_link_url: swap them
problem-no-config = lists resources in an api.xml, but no config.xml declares it: add it there, or use integration.xml
problem-circle = comes after itself by way of { $names }: remove one <module> from a <sequence>
problem-legacy = is of the old form, which is still read: move it to integration.xml
problem-unknown = names `{ $id }`, which is not known and grants nothing: { $remedy }
problem-disabled = names `{ $id }`, which an acl.xml disables or leaves without a title, and so grants nothing: { $remedy }
problem-renamed = names `{ $id }`, which is called `{ $now }` today, and grants nothing: write that name
problem-meant = perhaps { $ids } is meant; otherwise declare it in an acl.xml
problem-meant-or = {" or "}
problem-meant-none = declare it in an acl.xml beside this file, or remove it
problem-meant-unsought = declare it in an acl.xml beside this file, or correct it (names like it are sought for the first { $most } only)
problem-tree-columns = expected 5 columns, found { $found }
problem-tree-id = `{ $id }` is not a resource id (Vendor_Module::name): rename it
problem-tree-title = the title `{ $title }` must have 3 to 50 characters
problem-tree-sort-order = the sort order `{ $found }` is not a whole number: write one, or remove the attribute
problem-tree-duplicate = `{ $id }` is declared twice: remove one of the two
problem-tree-rootless = `{ $id }` has no parent and is not a root: put it under `Magento_Backend::admin` or below
problem-tree-misplaced = `{ $id }` hangs under `{ $parent }`, which is not declared above it: put it under another one
problem-tree-elsewhere = `{ $id }` belongs under `{ $known }`, not under `{ $found }`: move it and all below it there
problem-tree-top = the top
problem-tree-untitled = `{ $id }` is declared nowhere else and has no title: add one
problem-tree-disabled = `disabled` is `{ $found }`: write true or false
problem-tree-root-disabled = `{ $id }` is a root and cannot be disabled: remove the attribute
problem-route-columns = expected 4 columns, found { $found }
problem-route-method = `{ $method }` is not GET, POST, PUT or DELETE: write one of them
problem-route-address = `{ $address }` is not an address such as /V1/products/:sku: write it like that
problem-route-resource = `{ $id }` is not a resource: write it like `Vendor_Module::name`, or `anonymous` or `self`
problem-route-no-resource = names no resource: add one, or `anonymous` when everybody may call it
problem-xml-empty = there is no element
problem-xml-unclosed = <{ $name }> is never closed
problem-xml-nothing-open = nothing is open here
problem-xml-beside-root = <{ $name }> stands beside the root element
problem-xml-text-outside = there is text outside of the root element
problem-xml-section-end = `]]>` stands in a text, where it is written `]]&gt;`
problem-xml-dashes = `--` stands inside a comment, where one dash is allowed
problem-xml-instruction = an instruction has no name that it may have
problem-xml-declaration-place = `<?xml` stands elsewhere than at the very beginning
problem-xml-declaration-version = `<?xml` does not begin with a version of XML 1
problem-xml-element-name = `{ $name }` is no name of an element
problem-xml-attribute-name = `{ $name }` is no name of an attribute
problem-xml-attributes-together = two attributes stand together without a blank
problem-xml-less-than = `<` stands in the attribute `{ $name }`, where it is written `&lt;`

declared-title = Declaration
declared-note = The fields and permissions of this integration are those of files. Change them there.
declared-note-orphaned = It was declared in:
declared-sources-none = Nobody knows any more which file declared it.
declared-source = { $file }, line { $line }
declared-orphaned = Since { $since } no file declares this integration any more. Its token and permissions stay as they are. Delete it when nobody needs it, or put its file back to have it declared again.
declared-unknown-title = Names that grant nothing
declared-unknown-note = Its files list these, but no resource has such a name. Correct them there, or add the acl.xml that declares them.
declared-meant = perhaps { $ids }
declared-included = included
declared-difference-title = What its declaration changes
declared-granted = { $count ->
    [one] It asks for one more resource:
   *[other] It asks for { $count } more resources:
}
declared-withdrawn = { $count ->
    [one] It asks for one resource no longer:
   *[other] It asks for { $count } resources no longer:
}
declared-endpoint-none = (none)
declared-endpoint-changed = Its callback URL was { $before } and is now { $after }.
declared-waits = Until somebody approves this and re-authorizes the integration, it keeps the permissions and the token that it has.
declared-approved = This has been approved. It counts once the partner's server has fetched its new token; until then the permissions and the token stay as they are.
declared-counts = What is asked for is granted once the partner's server has fetched its new token. If that fails, everything stays as it is.
declared-approve = Review and approve
frame-nav-resources = Resources

resource-title = Resources
resource-tree = Permission tree
resource-search = Name, title or address of a route
resource-found = { $count ->
    [one] One resource
   *[other] { $count } resources
}
resource-choose-title = Who may do what
resource-choose = Choose a resource to see which routes it opens, and which integrations and roles hold it.
resource-routes = { $count ->
    [0] Routes
    [one] One route needs it
   *[other] { $count } routes need it
}
resource-routes-none = No route of the Web API needs it. It guards screens of the administration.
resource-also = and
resource-integrations = Integrations that hold it
resource-integrations-none = No integration holds it.
resource-roles = Roles that hold it
resource-roles-none = No role holds it.
resource-more = { $count ->
    [one] One more
   *[other] { $count } more
}
resource-held-integrations = { $count ->
    [one] one integration
   *[other] { $count } integrations
}
resource-held-roles = { $count ->
    [one] one role
   *[other] { $count } roles
}

# Webhooks and their deliveries

webhook-title = Webhooks
webhook-add = Add New Webhook
webhook-new-title = New Webhook
webhook-edit-title = Webhook '{ $name }'
webhook-info = Address
webhook-none = No webhooks yet
webhook-none-hint = A webhook is an address that is told, signed, what happens here: integrations that are activated or revoked, tokens that are issued, sign-ins.
webhook-field-name = Name
webhook-field-url = URL
webhook-field-url-hint = Events are sent to it with POST, as JSON. It must be https and public, or be in the server's setting egress_allow.
webhook-field-enabled = Status
webhook-field-kinds = Events
webhook-field-secret = Signing Secret
webhook-column-status = Status
webhook-column-failed = Not Delivered
webhook-state-on = On
webhook-state-off = Off
webhook-state-failing = Not everything delivered
webhook-state-retrying = Trying again
webhook-kinds-all = All events
webhook-kinds-some = { $count ->
    [one] 1 event
   *[other] { $count } events
}
webhook-kinds-all-choice = All events, also those of later versions
webhook-kinds-some-choice = These events
webhook-save = Save Webhook
webhook-created = You created the webhook '{ $name }'. Its signing secret is on this page; hand it to the receiver.
webhook-saved = You saved the webhook '{ $name }'.
webhook-deleted = You deleted the webhook '{ $name }'.
webhook-rotated = The webhook has a new signing secret. Hand it to the receiver within 24 hours.
webhook-secret-hint = The receiver verifies with it that an event comes from here, with any library for Standard Webhooks.
webhook-secret-once = It is shown now. Later it can be revealed with your password.
webhook-previous = The secret before this one signs beside it until
webhook-reveal = Reveal Secret
webhook-reveal-confirm = The signing secret is shown on the page, and that it was is recorded.
webhook-rotate = New Secret
webhook-rotate-confirm = A new signing secret is made and shown. For 24 hours, events are signed with both, so that the receiver can change over.
webhook-delete = Delete Webhook
webhook-delete-confirm = It is told nothing more, and what is known of its deliveries is forgotten.
delivery-title = Deliveries
delivery-filter = Filter deliveries
delivery-none = Nothing to deliver yet
delivery-none-hint = What happens from now on and fits the choice of events is listed here, with what became of it.
delivery-column-event = Event
delivery-column-happened = Happened
delivery-column-tries = Tries
delivery-tries = { $count ->
    [one] 1 try
   *[other] { $count } tries
}
delivery-state-pending = Pending
delivery-state-retried = Trying again
delivery-state-delivered = Delivered
delivery-state-failed = Not delivered
delivery-again = Send again
delivery-sent-again = The event is being sent again.
delivery-next-try = The next try is at { $at }.
delivery-cause-invalid-url = Nothing can be posted to that URL. Correct it.
delivery-cause-plain-http = The URL is not https. Change it, or have { $place } added to the server's setting egress_allow.
delivery-cause-forbidden-address = { $host } leads to { $detail }, which is not a public address, so nothing was sent.
delivery-cause-redirect = The receiver redirected elsewhere, where nothing was sent. Enter the address that it leads to.
delivery-cause-http-status = The receiver answered with the status { $detail }.
delivery-cause-switched-off = The webhook was switched off before it was told.
delivery-cause-unknown = It could not be sent; the log of the server says why.
event-admin-login = An administrator signed in
event-customer-login = A customer signed in
event-integration-created = Integration created
event-integration-updated = Integration changed
event-integration-activated = Integration activated
event-integration-reauthorized = Integration reauthorized
event-integration-suspended = Integration suspended
event-integration-resumed = Integration resumed
event-integration-revoked = Access of an integration revoked
event-integration-deleted = Integration deleted
event-token-issued = Access token issued
event-token-revoked = Access token revoked
reason-no-kinds = Choose at least one event.
conflict-webhook-off = The webhook is switched off. Switch it on, then send again.
conflict-delivery-not-failed = This event was delivered meanwhile, or is being tried anyway.
missing-webhook = There is no such webhook. It may have been deleted.
missing-delivery = There is no such delivery. It may have been removed because of its age.

# Scheduled jobs

schedule-title = Scheduled Jobs
schedule-jobs = Jobs
schedule-intro = One server of all runs each job at its time, in UTC. What was missed while none ran is made up for once. A schedule is changed by the setting crontab/default/jobs/JOB/schedule/cron_expr; empty means never by itself.
schedule-column-job = Job
schedule-column-schedule = Schedule
schedule-column-next = Next
schedule-column-last = Last Run
schedule-column-started = Started
schedule-column-state = Status
schedule-column-cause = Why
schedule-column-took = Took
schedule-column-count = Count
schedule-run = Run now
schedule-never = never
schedule-started = The job { $job } has been started.
schedule-history = History
schedule-filter = Filter history
schedule-none = Nothing has run yet
schedule-none-hint = A server looks at the clock each full minute.
schedule-seconds = { $seconds } s
schedule-cause-schedule = Schedule
schedule-cause-person = By hand
schedule-cause-command = Command
schedule-state-running = Running
schedule-state-done = Done
schedule-state-failed = Failed
schedule-state-lost = Lost
job-abandoned-exchanges = Removes exchanges that partners did not complete.
job-activation-attempts = Removes old attempts to hand over credentials, but never the latest of an integration.
job-audit = Removes entries of the audit trail that are older than the setting latchkey/retention/audit_days.
job-delivered-events = Removes events with their deliveries, and what is left of webhooks that are gone or switched off.
job-ended-sessions = Removes sessions of administrators that ended a day ago.
job-event-delivery = Delivers events that no server has delivered yet, and tries again what was not taken.
job-expired-accounts = Deactivates accounts of administrators that are past their expiration date: ends their sessions and revokes their tokens.
job-expired-nonces = Removes nonces that can no longer be replayed.
job-authentication-failures = Removes what is remembered of wrong passwords at the token services, once it has ended.
job-expired-tokens = Removes tokens of administrators and customers that have expired.
job-history = Removes old runs from the history, but never the last of a job.
job-broken-off = deliveries broke off ({ $cause }): what was not delivered is tried again by itself, and the log says more
conflict-job-running = The job { $job } is running already, here or on another server.
missing-job = There is no job named "{ $job }". The command "latchkey cron list" lists them.
cli-about-cron = The scheduled jobs
cli-about-cron-list = Lists the jobs, when they run and how they last went
cli-about-cron-run = Runs a job now, in this process
cli-help-job = Name of the job
cli-cron-never = has not run yet
cli-cron-done = { $job }: { $count } dealt with in { $milliseconds } ms
cli-cron-failed = The job { $job } failed: { $message }

setting-group-retention = How Long Things Are Kept
setting-latchkey-retention-audit_days = Audit Trail (days)
    .hint = Older entries are removed by the job audit_cleanup. 0: they are kept for ever.
setting-latchkey-retention-attempt_days = Attempts of Integrations (days)
    .hint = Older attempts to hand over credentials are removed, but never the latest of an integration. 0: they are kept for ever.
setting-latchkey-retention-event_days = Events and Deliveries (days)
    .hint = What was not delivered by then cannot be sent again. 0: they are kept for ever.
setting-latchkey-retention-job_run_days = History of Jobs (days)
    .hint = The last run of each job stays. 0: it is kept for ever.
setting-group-schedule = Scheduled Jobs
setting-crontab-default-jobs-abandoned_exchanges_cleanup-schedule-cron_expr = abandoned_exchanges_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-activation_attempts_cleanup-schedule-cron_expr = activation_attempts_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-audit_cleanup-schedule-cron_expr = audit_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-delivered_events_cleanup-schedule-cron_expr = delivered_events_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-ended_sessions_cleanup-schedule-cron_expr = ended_sessions_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-event_delivery-schedule-cron_expr = event_delivery
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-expired_accounts_deactivation-schedule-cron_expr = expired_accounts_deactivation
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-expired_nonces_cleanup-schedule-cron_expr = expired_nonces_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-expired_tokens_cleanup-schedule-cron_expr = expired_tokens_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-job_history_cleanup-schedule-cron_expr = job_history_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
setting-crontab-default-jobs-outdated_authentication_failures_cleanup-schedule-cron_expr = outdated_authentication_failures_cleanup
    .hint = Minute, hour, day of the month, month, day of the week, in UTC. Empty: never by itself.
