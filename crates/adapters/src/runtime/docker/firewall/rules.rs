//! The rules that THON wants in the kernel's packet filter. Pure: nothing here touches the host.
//!
//! They stand in two chains of THON's own, so that they can be made anew and taken away whole. What is forwarded is looked
//! at in table `mangle`, which the kernel asks before `filter`
//! (<https://www.netfilter.org/documentation/HOWTO/packet-filtering-HOWTO-9.html>) and Docker leaves alone: its own rules in `filter` move
//! about while it makes a network, the jump to `DOCKER-USER` among them.

/// Which addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    pub(super) const BOTH: [Self; 2] = [Self::V4, Self::V6];

    pub(super) fn program(self) -> &'static str {
        match self {
            Self::V4 => "iptables",
            Self::V6 => "ip6tables",
        }
    }

    /// Addresses that the host's cloud gives secrets at, or that reach only the next machine.
    fn link_local(self) -> &'static str {
        match self {
            Self::V4 => "169.254.0.0/16",
            Self::V6 => "fe80::/10",
        }
    }
}

/// A chain of ours, and where the kernel meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub table: &'static str,
    /// The kernel's own chain that asks this one first.
    pub parent: &'static str,
    pub name: String,
}

impl Chain {
    /// The arguments that put this chain's jump into its parent, look for it or take it out: `-I`, `-C`, `-D`.
    pub(super) fn jump<'a>(&'a self, act: &'a str) -> [&'a str; 6] {
        ["-t", self.table, act, self.parent, "-j", &self.name]
    }
}

/// What the rules are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The bridges' names without their numbers.
    pub prefix: String,
    /// The one port of the host that sandboxes may reach, on their bridge's own address.
    pub listener: Option<u16>,
}

impl Wanted {
    /// Ours for what passes through this host.
    fn forward(&self) -> Chain {
        Chain { table: "mangle", parent: "FORWARD", name: format!("{}-FORWARD", self.prefix.to_uppercase()) }
    }

    /// Ours for what is meant for this host. In `filter`, where its `ACCEPT` opens the listener whatever else stands there.
    fn input(&self) -> Chain {
        Chain { table: "filter", parent: "INPUT", name: format!("{}-INPUT", self.prefix.to_uppercase()) }
    }

    pub(super) fn chains(&self) -> [Chain; 2] {
        [self.forward(), self.input()]
    }

    /// What each chain says, in the order of [`Self::chains`].
    fn rules(&self, family: Family) -> [(Chain, Vec<String>); 2] {
        let bridges = format!("{}+", self.prefix);
        let forward = vec![
            // Nobody routes into a sandbox; what it asked for comes back, and its published port is not forwarded.
            format!("-o {bridges} -m conntrack --ctstate NEW -j DROP"),
            format!("-i {bridges} -d {} -j DROP", family.link_local()),
        ];
        let listener = self.listener.filter(|_| family == Family::V4);
        let listener = listener.map(|port| {
            format!("-i {bridges} -p tcp -m tcp --dport {port} -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT")
        });
        // Answers to the host: the editor's, above all.
        let answers = format!("-i {bridges} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN");
        let input = [answers].into_iter().chain(listener).chain([format!("-i {bridges} -j DROP")]);
        [(self.forward(), forward), (self.input(), input.collect())]
    }

    /// What `iptables-restore --noflush` takes: each chain made anew in one act.
    pub(super) fn restore(&self, family: Family) -> String {
        let tables = self.rules(family).into_iter().map(|(Chain { table, name, .. }, rules)| {
            let rules = rules.iter().map(|rule| format!("-A {name} {rule}\n")).collect::<Vec<_>>().concat();
            format!("*{table}\n:{name} - [0:0]\n{rules}COMMIT\n")
        });
        tables.collect::<Vec<_>>().concat()
    }

    /// The same for a person at a root shell.
    pub(super) fn commands(&self, family: Family) -> Vec<String> {
        let program = family.program();
        let commands = self.rules(family).into_iter().flat_map(|(chain, rules)| {
            let Chain { table, name, .. } = &chain;
            let made = format!("{program} -t {table} -N {name}");
            let rules = rules.iter().map(|rule| format!("{program} -t {table} -A {name} {rule}")).collect::<Vec<_>>();
            let asked = format!("{program} {}", chain.jump("-I").join(" "));
            [made].into_iter().chain(rules).chain([asked])
        });
        commands.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(listener: Option<u16>) -> Wanted {
        Wanted { prefix: "thon".to_owned(), listener }
    }

    #[test]
    fn sandboxes_reach_the_outside_and_one_port_of_the_host() {
        assert_eq!(
            wanted(Some(8200)).restore(Family::V4),
            "*mangle\n\
             :THON-FORWARD - [0:0]\n\
             -A THON-FORWARD -o thon+ -m conntrack --ctstate NEW -j DROP\n\
             -A THON-FORWARD -i thon+ -d 169.254.0.0/16 -j DROP\n\
             COMMIT\n\
             *filter\n\
             :THON-INPUT - [0:0]\n\
             -A THON-INPUT -i thon+ -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n\
             -A THON-INPUT -i thon+ -p tcp -m tcp --dport 8200 -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT\n\
             -A THON-INPUT -i thon+ -j DROP\n\
             COMMIT\n"
        );
    }

    #[test]
    fn without_a_listener_there_is_no_way_in() {
        for family in Family::BOTH {
            assert!(!wanted(None).restore(family).contains("ACCEPT"), "{family:?}");
        }
        assert!(!wanted(Some(8200)).restore(Family::V6).contains("ACCEPT"), "the listener has no IPv6 address");
    }

    #[test]
    fn a_person_is_told_the_same() {
        let commands = wanted(None).commands(Family::V4);
        assert_eq!(commands.first().map(String::as_str), Some("iptables -t mangle -N THON-FORWARD"));
        assert!(commands.contains(&"iptables -t filter -A THON-INPUT -i thon+ -j DROP".to_owned()), "{commands:?}");
        assert_eq!(commands.last().map(String::as_str), Some("iptables -t filter -I INPUT -j THON-INPUT"));
    }
}
