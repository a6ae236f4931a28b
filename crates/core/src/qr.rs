//! QR codes (ISO/IEC 18004), as drawings.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::error::Error;

/// How many modules of quiet ground stand around one (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// A QR code as one path over a square of modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// The side of the square in modules, the quiet ground included.
    pub side: usize,
    /// The dark modules, as the `d` of an SVG path.
    pub path: String,
}

impl Qr {
    /// The code of a text, which a projector's dust or a crease in the paper does not spoil: a quarter of it may be missing.
    ///
    /// # Errors
    /// `Internal` when the text is longer than any code.
    pub fn of(text: &str) -> Result<Self, Error> {
        let code =
            QRBuilder::new(text).ecl(ECL::Q).build().map_err(|error| Error::internal(TooLong(error.to_string())))?;
        let mut path = String::new();
        for y in 0..code.size {
            let mut x = 0;
            while x < code.size {
                let run = (x..code.size).take_while(|&x| code[y][x].value()).count();
                if run > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run.max(1);
            }
        }
        Ok(Self { side: code.size + 2 * QUIET, path })
    }

    /// The drawing as a document of its own.
    pub fn svg(&self) -> String {
        let Self { side, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path d=\"M0 0h{side}v{side}H0z\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>\n"
        )
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no QR code can be made: {0}")]
struct TooLong(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_ground() {
        let qr = Qr::of("https://thon.example.org/join?code=K7QM4PXR").expect("a code");
        assert_eq!(qr.side % 4, (21 + 2 * QUIET) % 4, "21 modules and four more for each version");
        assert!(qr.path.starts_with(&format!("M{QUIET} {QUIET}h7v1h-7z")), "the first finder pattern: {}", qr.path);
        assert!(qr.svg().contains(&qr.path));
        assert!(Qr::of(&"x".repeat(8000)).is_err());
    }
}
