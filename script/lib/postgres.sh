#!/usr/bin/env bash
# A throw-away PostgreSQL for the tests, on 127.0.0.1 and gone afterwards.
#
#   eval "$(script/lib/postgres.sh start)"    exports THON_TEST_POSTGRES_URL and THON_TEST_POSTGRES_DIR
#   script/lib/postgres.sh stop               ends the one in THON_TEST_POSTGRES_DIR and removes it
#
# Tests make their own databases in it. It forgets what it was told on a power cut, which is why it is quick.
set -euo pipefail
# shellcheck source=script/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
[[ -n $bin ]] || bin=$(dirname "$(command -v initdb || fail "PostgreSQL is missing; run script/bootstrap")")

# PostgreSQL refuses to run as root.
as_server() { if is_root; then runuser -u postgres -- "$@"; else "$@"; fi; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  say "$port"
}

start() {
  local dir port options
  dir=$(mktemp -d "${TMPDIR:-/tmp}/thon-postgres.XXXXXX")
  if is_root; then chown postgres: "$dir"; fi
  cd "$dir"
  as_server "$bin/initdb" --pgdata "$dir/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
    --no-sync >"$dir/initdb.log" || fail "initdb failed, see $dir/initdb.log"
  # Clients that ask for TLS get it, and find what vouches for it beside the data.
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$dir/server.key" -out "$dir/server.crt" 2>"$dir/openssl.log") ||
    fail "openssl failed, see $dir/openssl.log"
  if is_root; then chown postgres: "$dir/server.key" "$dir/server.crt"; fi
  options="-c ssl=on -c ssl_cert_file=$dir/server.crt -c ssl_key_file=$dir/server.key"
  options+=" -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
  # Somebody may take the port between the look and the start.
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if as_server "$bin/pg_ctl" start --wait --silent --pgdata "$dir/data" --log "$dir/data/server.log" \
      --options "-p $port -h 127.0.0.1 -k $dir $options" >/dev/null; then
      say "export THON_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres"
      say "export THON_TEST_POSTGRES_DIR=$dir"
      return
    fi
  done
  fail "PostgreSQL does not start, see $dir/data/server.log"
}

stop() {
  local dir=${THON_TEST_POSTGRES_DIR:?start one first}
  cd "$dir"
  as_server "$bin/pg_ctl" stop --mode immediate --silent --pgdata "$dir/data"
  rm -rf "$dir"
}

case ${1:-} in
  start | stop) "$1" ;;
  *) usage ;;
esac
