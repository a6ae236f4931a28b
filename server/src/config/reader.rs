//! Reads keys out of the layers as each declares itself, noting every mistake and everything shown.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Home, Key, Mistake, Origin, Shown, Sources, Variable, declaration::Declaration, layers::Layers};

/// Reads keys; a mistake is noted and the default goes on in its place, so that the next one is found too.
pub(super) struct Reader<'a> {
    pub layers: Layers<'a>,
    pub sources: &'a Sources,
    pub home: &'a Home,
    /// What stands before every name, for the entries of lists.
    prefix: String,
    pub found: Found,
}

/// What reading has brought to light beside the values.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub shown: Vec<Shown>,
    pub mistakes: Vec<Mistake>,
    pub hints: Vec<String>,
    /// Variables that set no key.
    pub variables: Vec<Variable>,
}

impl<'a> Reader<'a> {
    pub fn new(layers: Layers<'a>, sources: &'a Sources, home: &'a Home) -> Self {
        Self { layers, sources, home, prefix: String::new(), found: Found::default() }
    }

    /// A reader of one entry of a list, whose keys stand after `prefix`.
    pub fn entry<'n>(&self, layers: Layers<'n>, prefix: String) -> Reader<'n>
    where
        'a: 'n,
    {
        Reader { layers, sources: self.sources, home: self.home, prefix, found: Found::default() }
    }

    /// Begins to declare a key, with what it is for.
    pub fn key(&mut self, name: &str, about: &'static str) -> Declaration<'_, 'a> {
        Declaration::new(self, Key::new(name, about))
    }

    /// A variable that sets no key of `thon.yaml`.
    pub fn variable(&mut self, variable: Variable) {
        self.found.variables.push(variable);
    }

    /// What the environment says, the file of variables included.
    pub fn environment(&self, name: &'static str) -> Option<(&'a str, Origin)> {
        if let Some(value) = self.sources.variable(name) {
            return Some((value, Origin::Environment(name)));
        }
        let Layers::All { env_file: Some(file), .. } = self.layers else { return None };
        let line = file.line(name)?;
        Some((&line.value, file.origin(name, line)))
    }

    /// A key's name as people look for it.
    pub fn full_name(&self, key: &Key) -> String {
        format!("{}{}", self.prefix, key.name)
    }

    pub fn mistake(&mut self, mistake: Mistake) {
        self.found.mistakes.push(mistake);
    }

    pub fn hint(&mut self, hint: String) {
        self.found.hints.push(hint);
    }

    /// Where a key that was read already got its value.
    pub fn origin(&self, name: &str) -> Origin {
        self.found.shown.iter().find(|shown| shown.key.name == name).map_or(Origin::Default, |s| s.origin.clone())
    }

    /// The places that a path may mean: from the current folder, then from THON's own.
    pub fn places(&self, path: &Utf8Path) -> [Utf8PathBuf; 2] {
        [self.sources.absolute(path), self.home.path().join(path)]
    }
}
