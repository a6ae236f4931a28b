#!/bin/bash
# The system's own nginx on 80 and 443, as its package configures it, in a network and with mounts of this script's own.
# system.sh THON MODE: ends well when everything was as it should be.
set -euo pipefail
thon=$1 mode=$2
mount --make-rprivate /
ip link set lo up
home=$(mktemp -d)
trap 'kill "${server:-}" "$(cat /run/nginx.pid)" 2>/dev/null; wait; cat "$home/log"; rm -rf "$home"' EXIT
cp -a /etc/nginx "$home/system"
for folder in /etc/nginx /run /var/log/nginx /var/lib/nginx; do mount -t tmpfs tmpfs "$folder"; done
cp -a "$home/system/." /etc/nginx/
nginx

export THON_HOME=$home HOME=$home
printf 'nginx: {enabled: true, domain: thon.example.org, mode: %s}\nsandbox: {runtime: simulated}\ngroups: {alpha: [alice]}\n' \
  "$mode" >"$home/thon.yaml"
"$thon" run 2>"$home/log" >/dev/null &
server=$!
for _ in $(seq 100); do
  "$thon" nginx status 2>/dev/null | grep -q "has what it should" && break
  sleep 0.2
done
"$thon" nginx status

ask() { curl -sS --resolve '*:80:127.0.0.1' --resolve '*:443:127.0.0.1' --cacert "$home/ca.pem" "$@"; }
is() { [[ $1 == "$2" ]] || { echo "expected $2, found $1"; exit 1; }; }
curl -sS --resolve '*:80:127.0.0.1' http://thon.example.org/ca.crt >"$home/ca.pem"
is "$(ask -o /dev/null -w '%{http_code} %{redirect_url}' http://alpha-alice.thon.example.org/x)" "308 https://alpha-alice.thon.example.org/x"
is "$(ask https://thon.example.org/healthz)" ok
is "$(ask -o /dev/null -w '%{http_code} %{redirect_url}' -H 'accept: text/html' https://alpha-alice.thon.example.org/)" \
  "303 https://thon.example.org/open/alpha-alice?to=%2F"

(cd "$home/system" && find . | sort) >"$home/before"
"$thon" nginx cleanup
(cd /etc/nginx && find . -not -name '.sandbox-thon.lock' | sort) >"$home/after"
diff "$home/before" "$home/after"
"$thon" nginx sync
is "$(ask https://thon.example.org/healthz)" ok
