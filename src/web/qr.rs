//! A text as a QR code, drawn as one path of an SVG picture: nothing is fetched for it, so the text stands in no address.

use qrcodegen::{QrCode, QrCodeEcc};

/// Empty modules around the code (ISO/IEC 18004 section 9.1).
const QUIET: i32 = 4;

/// A drawing for `<svg viewBox="0 0 size size">`.
pub struct Drawing {
    /// Modules on each side, with the empty ones around.
    pub size: i32,
    /// The dark ones.
    pub path: String,
}

/// Draws it; none, when the text is longer than any QR code.
pub(super) fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size();
    let mut path = String::new();
    for y in 0..side {
        for x in (0..side).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    Some(Drawing { size: side + 2 * QUIET, path })
}
