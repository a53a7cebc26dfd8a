"""The installer, really run: in a copy of this machine that is thrown away, with Debian's own PostgreSQL, Redis and nginx.

`make soak` runs it, as root, where the Debian packages are; it takes about two minutes each way.  What systemd does besides starting
processes as the right users (its sandbox) is not part of it; tests/deploy/test_units.py looks at that.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.programs import HERE

OVERLAY = HERE / "tests/deploy/overlay/run.sh"
NEEDED = ("unshare", "chroot", "nginx", "redis-server", "pg_ctlcluster", "dpkg")
SCRIPT = """
set -eu
cd "$SOURCES"
state() {{ find /etc/whistle /etc/systemd/system /etc/nginx /opt/whistle -newer /run/script -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum; }}
sh deploy/install.sh --host localhost {options} >/run/first
state >/run/before
sh deploy/install.sh --host localhost {options} >/run/second
state >/run/after
cmp /run/before /run/after && echo "SAME"
for try in $(seq 60); do
    health=$(curl -sk https://localhost/health/) && case "$health" in *down*) ;; *) break ;; esac
    sleep 1
done
echo "HEALTH $health"
run() {{ systemd-run --property=User="$1" --property=Group=whistle --property=WorkingDirectory=/opt/whistle/current \\
    --property=EnvironmentFile=/etc/whistle/whistle.env --property=LoadCredential=a:/etc/whistle/secrets/secret_key \\
    --property=LoadCredential=b:/etc/whistle/secrets/entry_key \\
    --property=Environment="WHISTLE_SECRET_KEY_FILE=%d/a WHISTLE_ENTRY_KEY_FILE=%d/b" .venv/bin/python manage.py $2; }}
run whistle_web "municipality add stranda --name Stranda --root-key $(printf 'ab%.0s' $(seq 32)) --log-origin stranda.example"
run whistle_web "organisation found nyby Nyby --origin nyby.example --administrator ada.vik Ada --custodian kim.lund Kim" | grep -c "/desk/enrol/#" | sed 's/^/LINKS /'
run whistle_web "training stranda" >/dev/null && echo "TRAINING"
for try in $(seq 60); do
    [ -e /var/lib/whistle/logs/stranda/outside/channel/checkpoint ] && [ -e /var/lib/whistle/logs/nyby/outside/channel/checkpoint ] && break
    sleep 1
done
PATH="$PATH:/usr/local/sbin"
whistle-manage municipality leave nyby /run/box --moved-to https://new.example/ || echo "NOT AS WEB"
whistle-manage --whole municipality leave nyby /run/box --to "$(whistle-manage municipality receiver /var/lib/whistle/state/receiver)" \\
    --moved-to https://new.example/ && [ -s /run/box.age ] && [ ! -e /run/box ] && echo "PACKED"
run whistle_web "verify_log --organisation stranda"
echo "ORG $(curl -sk -o /dev/null -w '%{{http_code}}' https://localhost/stranda/api/org.json)"
echo "FORM $(curl -sk -o /dev/null -w '%{{http_code}}' https://localhost/stranda/nb/)"
echo "DESK $(curl -sk -o /dev/null -w '%{{http_code}}' https://localhost/stranda/desk/sign-in/)"
run whistle_web "backup"
run whistle_web "release" && echo "RELEASE HOLDS"
first=$(readlink /opt/whistle/current)
echo "# newer" >>manage.py
sh deploy/install.sh {options} >/run/third
second=$(readlink /opt/whistle/current)
run whistle_web "municipality list" && echo "UPGRADED $first $second"
sh deploy/install.sh --back >/run/fourth
echo "BACK $(readlink /opt/whistle/current)"
run whistle_web "municipality list"
sleep 8
echo "AFTERWARDS $(curl -sk -o /dev/null -w '%{{http_code}}' https://localhost/stranda/nb/)"
echo "# changed" >>/opt/whistle/current/whistle/health.py
run whistle_web "release" || echo "RELEASE CHANGED"
# the machine burns down, and is set up again as BACKUP.md says
whistle-manage backup >/dev/null
mkdir /run/safe && cp -a /etc/whistle /run/safe/whistle && cp -a /var/lib/whistle/logkeys /run/safe/logkeys && cp -a /var/lib/whistle/backup /run/safe/backup
systemctl stop whistle-web whistle-reporter whistle-worker whistle-beat whistle-publisher
rm -rf /etc/whistle /var/lib/whistle /opt/whistle/current /opt/whistle/previous
[ -n "{options}" ] || runuser -u postgres -- psql -X -q -c "DROP DATABASE whistle"
cp -a /run/safe/whistle /etc/
sh deploy/install.sh {options} >/run/fifth
systemctl stop whistle-web whistle-reporter whistle-worker whistle-beat whistle-publisher
cp -a /run/safe/logkeys/. /var/lib/whistle/logkeys/
whistle-manage --whole restore /run/safe/backup && echo "RESTORED"
sh deploy/install.sh {options} >/run/sixth
for try in $(seq 60); do
    health=$(curl -sk https://localhost/health/) && case "$health" in *down*) ;; *) break ;; esac
    sleep 1
done
echo "REBORN $health"
whistle-manage verify_log && echo "VERIFIED"
run whistle_web "municipality list"
echo "KEYS $(find /var/lib/whistle/logkeys -name '*.key' "(" ! -user whistle_publisher -o -perm /077 ")" | wc -l)"
echo "PAGE $(curl -sk -o /dev/null -w '%{{http_code}}' https://localhost/stranda/api/org.json)"
for file in /run/stand-in/*.pid; do
    for pid in $(cat $file) $(ps --no-headers -o pid --ppid $(cat $file)); do
        echo "MEMORY $(basename $file .service.pid) $(ps --no-headers -o user:20 -p $pid) $(sed -n 's/^Pss: *//p' /proc/$pid/smaps_rollup)"
    done
done
"""

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif(
        any(shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin") is None for name in NEEDED),
        reason="needs Debian's nginx, postgresql, redis-server",
    ),
]


@pytest.mark.parametrize("options", ["", "--small"], ids=["large", "small"])
def test_one_command_installs_everything_and_may_be_repeated(options: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(SCRIPT.format(options=options))
    done = subprocess.run(
        ["sh", OVERLAY, HERE, script], capture_output=True, text=True, timeout=1500, check=False
    )
    told = done.stdout
    print(told, done.stderr[-6000:])
    assert "SAME" in told, done.stderr[-3000:]
    assert '"publisher": "ok"' in told
    assert "down" not in told.partition("HEALTH")[2].partition("\n")[0]
    assert "LINKS 2" in told  # a set-up day begins, with keys that only the publisher may read
    assert "TRAINING" in told
    assert "NOT AS WEB" in told
    assert "PACKED" in told
    assert "no fault" in told
    assert "ORG 200" in told  # which reads what the publisher's user wrote
    assert "FORM 200" in told
    assert "DESK 200" in told
    assert "RELEASE HOLDS" in told
    first, second = next(line.split()[1:] for line in told.splitlines() if line.startswith("UPGRADED"))
    assert first != second
    assert f"BACK {first}" in told
    assert told.count("stranda: Stranda, /stranda/, closed") == 3
    assert "AFTERWARDS 200" in told
    assert "whistle/health.py: changed" in done.stderr
    for word in ("RESTORED", "VERIFIED", "KEYS 0", "PAGE 200"):
        assert word in told, done.stderr[-3000:]
    assert "down" not in told.partition("REBORN")[2].partition("\n")[0]
    users = {line.split()[1]: line.split()[2] for line in told.splitlines() if line.startswith("MEMORY")}
    assert users["whistle-publisher"] == "whistle_publisher"
    assert users["whistle-web"] == "whistle_web"
    assert users.get("whistle-reporter", "") == ("" if options else "whistle_reporter")
