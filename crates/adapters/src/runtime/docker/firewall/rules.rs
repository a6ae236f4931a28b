//! The rules that THON wants in the kernel's packet filter. Pure: nothing here touches the host.
//!
//! They stand in two chains of THON's own, so that they can be made anew and taken away whole. Docker leaves its chain
//! `DOCKER-USER` to others and asks it first (<https://docs.docker.com/engine/network/packet-filtering-firewalls/>).

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

    /// The chains that may ask ours about what is forwarded, the better one first.
    pub(super) fn forward_hooks(self) -> &'static [&'static str] {
        match self {
            Self::V4 => &["DOCKER-USER", "FORWARD"],
            // Docker 20.10 makes no chain of its own for IPv6.
            Self::V6 => &["FORWARD"],
        }
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
    pub(super) fn forward_chain(&self) -> String {
        format!("{}-FORWARD", self.prefix.to_uppercase())
    }

    pub(super) fn input_chain(&self) -> String {
        format!("{}-INPUT", self.prefix.to_uppercase())
    }

    /// Every rule: its chain and what it says.
    fn rules(&self, family: Family) -> Vec<(String, String)> {
        let bridges = format!("{}+", self.prefix);
        let forward = [
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
        let forward = forward.map(|rule| (self.forward_chain(), rule));
        forward.into_iter().chain(input.map(|rule| (self.input_chain(), rule))).collect()
    }

    /// What `iptables-restore --noflush` takes: both chains made anew in one act.
    pub(super) fn restore(&self, family: Family) -> String {
        let chains = [self.forward_chain(), self.input_chain()].map(|chain| format!(":{chain} - [0:0]\n")).concat();
        let rules = self.rules(family).into_iter().map(|(chain, rule)| format!("-A {chain} {rule}\n"));
        let rules = rules.collect::<Vec<_>>().concat();
        format!("*filter\n{chains}{rules}COMMIT\n")
    }

    /// The same for a person at a root shell.
    pub(super) fn commands(&self, family: Family) -> Vec<String> {
        let program = family.program();
        let (forward, input) = (self.forward_chain(), self.input_chain());
        let chains = [&forward, &input].map(|chain| format!("{program} -N {chain}"));
        let rules = self.rules(family).into_iter().map(|(chain, rule)| format!("{program} -A {chain} {rule}"));
        let hook = family.forward_hooks()[0];
        let hooks = [format!("{program} -I {hook} -j {forward}"), format!("{program} -I INPUT -j {input}")];
        chains.into_iter().chain(rules).chain(hooks).collect()
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
            "*filter\n\
             :THON-FORWARD - [0:0]\n\
             :THON-INPUT - [0:0]\n\
             -A THON-FORWARD -o thon+ -m conntrack --ctstate NEW -j DROP\n\
             -A THON-FORWARD -i thon+ -d 169.254.0.0/16 -j DROP\n\
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
        assert_eq!(commands.first().map(String::as_str), Some("iptables -N THON-FORWARD"));
        assert!(commands.contains(&"iptables -A THON-INPUT -i thon+ -j DROP".to_owned()), "{commands:?}");
        assert_eq!(commands.last().map(String::as_str), Some("iptables -I INPUT -j THON-INPUT"));
    }
}
