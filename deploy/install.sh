#!/bin/sh
# Installs or upgrades Whistle on Debian 12.  Safe to repeat: what is there already stays as it is; secrets and settings
# are made once and never overwritten.
#
#   deploy/install.sh --host varsling.example.no [--host …] [--small] [--onion NAME.onion] [--work-accounts FILE] [--dry-run]
#
#   --work-accounts FILE  the provider in front of each desk, as JSON (env.example); kept as a secret
#   --small     SQLite and a folder as broker, for one municipality; without it PostgreSQL and Redis
#   --dry-run   print what would be done, and do nothing; needs no rights
#
# It makes four system users (owner of the tables, desk, reporters' face, publisher; nobody signs in as them), puts the release
# into /opt/whistle/releases, and points /opt/whistle/current at it.  Going back is pointing it at the one before:
# deploy/install.sh --back
set -eu

HOSTS="" ONION="" SMALL="" DRY="" BACK="" ACCOUNTS=""
while [ $# -gt 0 ]; do
    case "$1" in
        --host) HOSTS="$HOSTS $2"; shift ;;
        --onion) ONION="$2"; shift ;;
        --work-accounts) ACCOUNTS="$2"; shift ;;
        --small) SMALL=1 ;;
        --dry-run) DRY=1 ;;
        --back) BACK=1 ;;
        *) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
    shift
done
HOSTS="${HOSTS# }"

HERE=$(cd "$(dirname "$0")/.." && pwd)
HOME_OF=/opt/whistle
ETC=/etc/whistle
VAR=/var/lib/whistle
UNITS=/etc/systemd/system
SNIPPETS=/etc/nginx/whistle

say() { printf '· %s\n' "$*"; }
run() { if [ -n "$DRY" ]; then printf '    %s\n' "$*"; else "$@"; fi; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# put TARGET MODE OWNER: standard input becomes a file, at once and only if it differs
put() {
    if [ -n "$DRY" ]; then cat >/dev/null; printf '    write %s (%s, %s)\n' "$1" "$2" "$3"; return; fi
    draft=$(mktemp "$1.XXXXXX")
    cat >"$draft"
    chown "$3" "$draft"
    chmod "$2" "$draft"
    if cmp -s "$draft" "$1"; then rm "$draft"; else mv "$draft" "$1"; fi
}

filled() { # TEMPLATE NAME=VALUE …
    template="$1"; shift
    script=""
    for pair in "$@"; do script="$script;s|@${pair%%=*}@|${pair#*=}|g"; done
    sed "${script#;}" "$HERE/deploy/$template"
}

person() { # NAME GROUPS
    getent passwd "$1" >/dev/null || run useradd --system --gid whistle --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$1"
    [ -z "$2" ] || run usermod --append --groups "$2" "$1"
}

secret() { # FILE
    [ -e "$ETC/secrets/$1" ] || python3 -c 'import secrets; print(secrets.token_urlsafe(48))' | put "$ETC/secrets/$1" 0600 root:root
}

as() { # USER COMMAND …: one of ours, with the settings and secrets the units have
    who="$1"; shift
    run systemd-run --quiet --pipe --wait --collect --property=User="$who" --property=Group=whistle \
        --property=WorkingDirectory="$HOME_OF/current" --property=EnvironmentFile="$ETC/whistle.env" --property=UMask=0007 \
        --property=LoadCredential=secret_key:"$ETC/secrets/secret_key" \
        --property=LoadCredential=entry_key:"$ETC/secrets/entry_key" \
        --property=LoadCredential=broker_url:"$ETC/secrets/broker_url" \
        --property=Environment="WHISTLE_SECRET_KEY_FILE=%d/secret_key WHISTLE_ENTRY_KEY_FILE=%d/entry_key WHISTLE_BROKER_URL_FILE=%d/broker_url" \
        "$@"
}

services() { # those of ours that are installed here
    for name in web reporter worker beat publisher; do
        [ ! -e "$UNITS/whistle-$name.service" ] || printf 'whistle-%s.service ' "$name"
    done
}

start() {
    run systemctl daemon-reload
    REPORTER_SOCKET=""
    [ ! -e "$UNITS/whistle-reporter.service" ] || REPORTER_SOCKET=whistle-reporter.socket
    # shellcheck disable=SC2086  # nothing, or one word
    run systemctl enable --quiet whistle.target whistle-web.socket $REPORTER_SOCKET
    # shellcheck disable=SC2046  # several words are meant
    run systemctl restart $(services)
    run systemctl start whistle.target
    run systemctl enable --quiet --now whistle-backup.timer whistle-backup-log.timer whistle-drill.timer whistle-probe.timer
}

[ -n "$DRY" ] || [ "$(id -u)" = 0 ] || fail "Run this as root, or with --dry-run."

if [ -n "$BACK" ]; then
    before=$(readlink "$HOME_OF/previous" 2>/dev/null) || fail "There is no earlier release to go back to."
    say "back to $before"
    # shellcheck disable=SC2046
    run systemctl stop whistle.target $(services)
    as whistle_owner .venv/bin/python manage.py schema --to "$VAR/state/schema-before.json"
    run ln -sfn "$before" "$HOME_OF/current"
    as whistle_owner .venv/bin/python manage.py grants
    start
    exit 0
fi
[ -n "$HOSTS" ] || [ -e "$ETC/whistle.env" ] || fail "Name the host: --host varsling.example.no"

say "Debian packages"
PACKAGES="python3 python3-venv nginx openssl libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
[ -n "$SMALL" ] || PACKAGES="$PACKAGES postgresql redis-server"
MISSING=""
for package in $PACKAGES; do dpkg -s "$package" >/dev/null 2>&1 || MISSING="$MISSING $package"; done
if [ -n "$MISSING" ]; then
    run apt-get update -qq
    # shellcheck disable=SC2086  # several words are meant
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $MISSING
fi

say "users"
getent group whistle >/dev/null || run groupadd --system whistle
BROKER_GROUP=""
[ -n "$SMALL" ] || BROKER_GROUP=redis
person whistle_owner ""
person whistle_web "$BROKER_GROUP"
[ -n "$SMALL" ] || person whistle_reporter "$BROKER_GROUP"
person whistle_publisher "$BROKER_GROUP"

say "folders"
run install -d -m 0755 "$HOME_OF" "$HOME_OF/releases" "$ETC" "$VAR" /var/lib/whistle-acme
run install -d -m 0700 "$ETC/secrets"
run install -d -m 2770 -o whistle_web -g whistle "$VAR/state"
for name in mail cache; do run install -d -m 0700 -o whistle_web -g whistle "$VAR/state/$name"; done
# both faces write sealed files and count them; nobody outside the group reads them
for name in blobs uploads budgets heartbeats broker; do run install -d -m 2770 -o whistle_web -g whistle "$VAR/state/$name"; done
run install -d -m 0700 -o whistle_web -g whistle "$VAR/backup"
run install -d -m 0755 -o whistle_publisher -g whistle "$VAR/logs"
run install -d -m 0700 -o whistle_publisher -g whistle "$VAR/logkeys"

if [ -n "$SMALL" ] && [ ! -e "$VAR/state/whistle.sqlite3" ]; then
    # SQLite gives its log the rights of the file itself: worker, web and publisher are one group
    run install -m 0660 -o whistle_web -g whistle /dev/null "$VAR/state/whistle.sqlite3"
fi

say "secrets"
secret secret_key
secret entry_key
[ -n "$SMALL" ] || secret reporter_key
if [ -n "$SMALL" ]; then
    [ -e "$ETC/secrets/broker_url" ] || echo "filesystem://localhost//" | put "$ETC/secrets/broker_url" 0600 root:root
else
    secret redis_password
    PASSWORD=$(cat "$ETC/secrets/redis_password" 2>/dev/null || echo PASSWORD)
    echo "redis+socket://:$PASSWORD@/run/redis-whistle/redis.sock" | put "$ETC/secrets/broker_url" 0600 root:root
fi

[ -z "$ACCOUNTS" ] || put "$ETC/secrets/work_accounts" 0600 root:root <"$ACCOUNTS"

say "settings ($ETC/whistle.env)"
if [ ! -e "$ETC/whistle.env" ]; then
    NAMES=$(printf '%s' "$HOSTS" | tr ' ' ',')
    {
        cat "$HERE/deploy/env.example"
        printf '\n# ── This installation ──\n'
        printf 'WHISTLE_HOSTS=%s%s\n' "$NAMES" "${ONION:+,$ONION}"
        printf 'WHISTLE_DATA=%s/state\nWHISTLE_LOGS=%s/logs\nWHISTLE_LOG_KEYS=%s/logkeys\n' "$VAR" "$VAR" "$VAR"
        printf 'WHISTLE_BACKUP=%s/backup\n' "$VAR"
        [ -n "$SMALL" ] || printf 'WHISTLE_DATABASE_URL=postgresql:///whistle?host=/run/postgresql\n'
    } | put "$ETC/whistle.env" 0644 root:root
elif [ -z "$HOSTS" ]; then
    HOSTS=$(sed -n 's/^WHISTLE_HOSTS=//p' "$ETC/whistle.env" | tail -1 | tr ',' ' ')
fi
FIRST_HOST=${HOSTS%% *}

say "release"
LEAVE_OUT="--exclude=.git --exclude=.venv --exclude=.stamp --exclude=node_modules --exclude=var --exclude=__pycache__ --exclude=.*_cache --exclude=*.egg-info --exclude=./RELEASE --exclude=./RELEASE.files --exclude=./wheels"
# shellcheck disable=SC2086
RELEASE=$(cd "$HERE" && tar -c --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner $LEAVE_OUT . | sha256sum | cut -c1-16)
NEW="$HOME_OF/releases/$RELEASE"
if [ ! -e "$NEW/.complete" ]; then
    run install -d -m 0755 "$NEW"
    # shellcheck disable=SC2086
    if [ -n "$DRY" ]; then say "  copy $HERE to $NEW"; else (cd "$HERE" && tar -c $LEAVE_OUT .) | tar -x --no-same-owner -C "$NEW"; fi
    run python3 -m venv "$NEW/.venv"
    # exactly the octets that were tested, from the release itself where it brings them
    WHEELS=""
    [ ! -d "$HERE/wheels" ] || WHEELS="--no-index --find-links=$HERE/wheels"
    LOCKED="$NEW/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: $WHEELS"
    # shellcheck disable=SC2086  # several words are meant
    run $LOCKED -r "$NEW/deploy/requirements.txt"
    if [ ! -e "$NEW/whistle/browser/dist/manifest.json" ]; then
        # shellcheck disable=SC2086
        command -v npm >/dev/null || run $LOCKED -r "$NEW/deploy/requirements-build.txt"
        run env -C "$NEW" .venv/bin/python -m whistle.browser.build
    fi
    run env -C "$NEW" .venv/bin/python -m whistle.ui.translations
    run env -C "$NEW" .venv/bin/python -m compileall -q whistle cases
    say "  signed list of what is installed"
    if [ -n "$DRY" ]; then
        say "  sign $NEW with $ETC/release.key"
    elif [ ! -e "$NEW/RELEASE" ]; then
        VKEY=$(env -C "$NEW" WHISTLE_SECRET_KEY="$(printf '%064d' 1)" WHISTLE_ENTRY_KEY="$(printf '%064d' 2)" \
            .venv/bin/python manage.py release --sign "$ETC/release.key")
        grep -q '^WHISTLE_RELEASE_KEY=' "$ETC/whistle.env" || printf 'WHISTLE_RELEASE_KEY=%s\n' "$VKEY" >>"$ETC/whistle.env"
    fi
    run chmod -R u=rwX,go=rX "$NEW"
    run touch "$NEW/.complete"
fi

if [ -z "$SMALL" ]; then
    say "PostgreSQL"
    for folder in /etc/postgresql/*/main/conf.d; do
        [ -d "$folder" ] || continue
        before=$(cat "$folder/whistle.conf" 2>/dev/null || true)
        put "$folder/whistle.conf" 0644 postgres:postgres <"$HERE/deploy/postgres/whistle.conf"
        [ "$before" = "$(cat "$HERE/deploy/postgres/whistle.conf")" ] || run systemctl restart postgresql
    done
    run runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 -v database=whistle -f "$HERE/deploy/postgres/roles.sql"

    say "Redis"
    filled redis/whistle.conf SOCKET=/run/redis-whistle/redis.sock FOLDER=/var/lib/redis "PASSWORD=$PASSWORD" |
        put /etc/redis/redis-whistle.conf 0640 redis:redis
    run systemctl enable --quiet --now redis-server@whistle.service
fi

say "units"
for unit in "$HERE"/deploy/systemd/*.service "$HERE"/deploy/systemd/*.socket "$HERE"/deploy/systemd/*.timer "$HERE"/deploy/systemd/*.target; do
    case "$SMALL$(basename "$unit")" in 1whistle-reporter.* | 1whistle-beat.*) continue ;; esac
    put "$UNITS/$(basename "$unit")" 0644 root:root <"$unit"
done
for folder in whistle-.service.d nginx.service.d whistle-reporter.service.d; do
    [ -z "$SMALL" ] || [ "$folder" != whistle-reporter.service.d ] || continue
    run install -d -m 0755 "$UNITS/$folder"
    for file in "$HERE/deploy/systemd/$folder"/*.conf; do put "$UNITS/$folder/$(basename "$file")" 0644 root:root <"$file"; done
done
if [ -n "$SMALL" ]; then
    if [ -e "$UNITS/whistle-beat.service" ]; then # of an earlier release: the worker keeps the time now
        run systemctl disable --quiet --now whistle-beat.service
        run rm -rf "$UNITS/whistle-beat.service" "$UNITS/whistle-beat.service.d"
    fi
    for name in whistle-publisher whistle-worker whistle-web; do
        run install -d -m 0755 "$UNITS/$name.service.d"
        put "$UNITS/$name.service.d/small.conf" 0644 root:root <"$HERE/deploy/systemd/small/$name.conf"
    done
fi

if [ -n "$ACCOUNTS" ] || [ -e "$ETC/secrets/work_accounts" ]; then
    run install -d -m 0755 "$UNITS/whistle-web.service.d"
    put "$UNITS/whistle-web.service.d/work-accounts.conf" 0644 root:root <"$HERE/deploy/systemd/work-accounts/whistle-web.conf"
fi

put /usr/local/sbin/whistle-manage 0755 root:root <"$HERE/deploy/whistle-manage"

say "database"
BEFORE=$(readlink "$HOME_OF/current" 2>/dev/null || true)
[ -z "$BEFORE" ] || [ "$BEFORE" = "releases/$RELEASE" ] || run ln -sfn "$BEFORE" "$HOME_OF/previous"
run ln -sfn "releases/$RELEASE" "$HOME_OF/current"
run systemctl daemon-reload
if [ -n "$BEFORE" ] && [ "$BEFORE" != "releases/$RELEASE" ]; then
    say "  backup before the upgrade, and how far the tables were"
    as whistle_web .venv/bin/python manage.py backup
    as whistle_owner .venv/bin/python manage.py schema --save "$VAR/state/schema-before.json"
fi
as whistle_owner .venv/bin/python manage.py migrate --verbosity 0
as whistle_owner .venv/bin/python manage.py grants
as whistle_web .venv/bin/python manage.py check --deploy --tag whistle --tag whistle_sign_in --tag whistle_live

say "nginx"
CERTIFICATE="/etc/letsencrypt/live/$FIRST_HOST/fullchain.pem" KEY="/etc/letsencrypt/live/$FIRST_HOST/privkey.pem"
if [ ! -e "$CERTIFICATE" ]; then
    CERTIFICATE="$ETC/certificate.pem" KEY="$ETC/secrets/certificate_key"
    [ -e "$CERTIFICATE" ] || run openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=$FIRST_HOST" \
        -addext "subjectAltName=DNS:$FIRST_HOST" -keyout "$KEY" -out "$CERTIFICATE"
    say "  the certificate is our own until certbot has fetched one (webroot /var/lib/whistle-acme); then run this again"
fi
run install -d -m 0755 "$SNIPPETS"
REPORTERS=/run/whistle/reporter.sock
[ -z "$SMALL" ] || REPORTERS=/run/whistle/web.sock
for name in whistle onion faces api proxy headers; do
    [ "$name" != onion ] || [ -n "$ONION" ] || continue
    target="$SNIPPETS/$name.conf"
    [ "$name" != whistle ] && [ "$name" != onion ] || target="/etc/nginx/conf.d/$name.conf"
    filled "nginx/$name.conf" HTTP=80 HTTPS=443 "HOSTS=$HOSTS" "CERTIFICATE=$CERTIFICATE" "PRIVATE_KEY=$KEY" "SNIPPETS=$SNIPPETS" \
        "PAGES=$HOME_OF/current/deploy/nginx/pages" SOCKET=/run/whistle/web.sock "REPORTER_SOCKET=$REPORTERS" "ONION=$ONION" ONION_SOCKET=/run/whistle-onion/onion.sock |
        if [ -e /proc/net/if_inet6 ]; then cat; else grep -v 'listen \[::\]'; fi | put "$target" 0644 root:root
done
run rm -f /etc/nginx/sites-enabled/default
if [ -n "$ONION" ]; then
    echo "d /run/whistle-onion 0750 www-data debian-tor -" | put /etc/tmpfiles.d/whistle.conf 0644 root:root
    run systemd-tmpfiles --create /etc/tmpfiles.d/whistle.conf
fi

say "start"
start
run nginx -t -q
run systemctl reload-or-restart nginx

say "Whistle answers on https://$FIRST_HOST/ .  What is running: https://$FIRST_HOST/health/"
say "Next: whistle-manage municipality add … says what a municipality needs before it may open (RUNBOOK.md)"
