//! Templates to configuration: nothing undefined, and no text that is not one word.

use std::path::Path;

use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use thon_core::{port::proxy::ProxyError, secret::hash_of};

use super::{
    files::{NAME, Set},
    led::{Led, Port},
    site::Site,
    word,
};

/// The site as THON has it without a template of the operator's.
const SITE: &str = include_str!("templates/site.conf.j2");

/// What templates include, an operator's too.
const PARTS: [(&str, &str); 6] = [
    ("away.conf.j2", include_str!("templates/away.conf.j2")),
    ("port.conf.j2", include_str!("templates/port.conf.j2")),
    ("question.conf.j2", include_str!("templates/question.conf.j2")),
    ("to_edge.conf.j2", include_str!("templates/to_edge.conf.j2")),
    ("to_editor.conf.j2", include_str!("templates/to_editor.conf.j2")),
    ("usual.conf.j2", include_str!("templates/usual.conf.j2")),
];

/// A configuration, and the mark by which nginx tells that it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub set: Set,
    /// None when the operator's template does not write it.
    pub mark: Option<String>,
}

/// Renders the combined file by THON's own template or the operator's, and one for each port. The mark differs with the text
/// and with `besides`.
///
/// # Errors
/// When the operator's cannot be read, or one does not fit.
pub(super) fn render(site: &Site, led: &Led, template: Option<&Path>, besides: &str) -> Result<Rendered, ProxyError> {
    let own = template.map(|path| {
        let read = std::fs::read_to_string(path);
        read.map_err(|error| ProxyError::Rejected(format!("`nginx.template_file` ({}): {error}", path.display())))
    });
    let source = own.transpose()?;
    let source = source.as_deref().unwrap_or(SITE);
    let environment = environment().map_err(|error| ProxyError::Rejected(format!("{error:#}")))?;
    let written = |mark: &str| {
        let rendered = environment.render_str(source, site.context(led, mark)).map_err(|error| {
            let name = template.map_or_else(|| "THON's template".to_owned(), |path| path.display().to_string());
            ProxyError::Rejected(format!("{name} cannot be filled in: {error:#}"))
        })?;
        Ok::<_, ProxyError>(format!("{}\n", rendered.trim_end()))
    };
    let mut set = ports(&environment, site, led).map_err(|error| ProxyError::Rejected(format!("{error:#}")))?;
    let mark = mark_of(&format!("{besides}{set:?}{}", written("0")?));
    let text = written(&mark)?;
    let mark = text.contains(&mark).then_some(mark);
    set.insert(NAME.to_owned(), text);
    Ok(Rendered { set, mark })
}

/// The files for single ports.
fn ports(environment: &Environment<'_>, site: &Site, led: &Led) -> Result<Set, Error> {
    let template = environment.get_template("port.conf.j2")?;
    let file = |port: &Port| {
        let text = template.render(site.port(port))?;
        Ok::<_, Error>((format!("{NAME}-{}", port.port), format!("{}\n", text.trim_end())))
    };
    led.ports.iter().map(file).collect()
}

/// A few digits that differ when the text does.
pub(super) fn mark_of(text: &str) -> String {
    hash_of(text).split_off(40)
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(one_word);
    for (name, source) in PARTS {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// Writes numbers, plain words, and what was quoted before; everything else is a mistake.
fn one_word(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let is_number = value.as_str().is_none() && value.is_number();
    let may_stand = is_number || value.is_safe() || value.as_str().is_some_and(word::is_plain);
    if !may_stand {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("{value:?} is not one word")));
    }
    write!(out, "{value}").map_err(Error::from)
}

#[cfg(test)]
mod tests;
