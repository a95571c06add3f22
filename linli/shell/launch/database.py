"""Where the database is: the three roles' addresses, made for the embedded server or checked for an outside one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from linli.shell.launch.console import Failure
from linli.shell.launch.keys import secret
from linli.shell.launch.postgres import SUPERUSER, Server

NAME = "linli"
OLDEST_SERVER = 150000
ROLES = {
    "linli_owner": "CREATEDB",
    "linli_web": "",
    "linli_worker": "",
}


@dataclass(frozen=True)
class Addresses:
    """One address a role; they stand in every child's environment."""

    web: str
    worker: str
    owner: str

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.web,
            "DATABASE_WORKER_URL": self.worker,
            "DATABASE_OWNER_URL": self.owner,
        }


def embedded_addresses(server: Server, keys: Path) -> Addresses:
    """The roles' addresses on the running embedded server."""

    def address(role: str) -> str:
        return f"postgresql://{role}:{secret(keys, f'{role}.password')}@127.0.0.1:{server.port}/{NAME}"

    return Addresses(web=address("linli_web"), worker=address("linli_worker"), owner=address("linli_owner"))


def make_roles_and_database(server: Server, keys: Path) -> None:
    """Three roles that can neither bypass policies nor become superuser, and a database that the owner owns."""
    password = secret(keys, "linli_admin.password")
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user=SUPERUSER,
        password=password,
        dbname="postgres",
        autocommit=True,
    ) as db:
        for role, right in ROLES.items():
            known = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if known else "CREATE"
            db.execute(
                sql.SQL(
                    f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {right} PASSWORD {{}}"
                ).format(sql.Identifier(role), sql.Literal(secret(keys, f"{role}.password")))
            )
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            db.execute(f"CREATE DATABASE {NAME} OWNER linli_owner")


def count_anew(addresses: Addresses) -> None:
    """Tell the server what its tables hold now, which only their owner may.

    After many rows came at once it plans for the empty tables that it last saw: a question of milliseconds took an hour.
    """
    with psycopg.connect(addresses.owner, autocommit=True) as db:
        db.execute("ANALYZE")


def external_addresses() -> Addresses | None:
    """The addresses of an outside server, from the environment; None means the embedded one."""
    web = os.environ.get("DATABASE_URL")
    if not web:
        return None
    owner = os.environ.get("DATABASE_OWNER_URL")
    if not owner:
        raise Failure(
            "设了 DATABASE_URL，还需用 DATABASE_OWNER_URL 给出拥有数据表的角色的地址（迁移用；它应与网页的角色不同）",
            "DATABASE_URL is set: DATABASE_OWNER_URL must name the role that owns the tables and migrates; "
            "it should not be the web's role",
        )
    return Addresses(web=web, worker=os.environ.get("DATABASE_WORKER_URL") or web, owner=owner)


def check_external(addresses: Addresses) -> None:
    """Refuses a server that is too old and roles that row-level security would not bind."""
    for variable, address in addresses.environment().items():
        try:
            with psycopg.connect(address, connect_timeout=10) as db:
                _check_role(db, variable)
        except psycopg.OperationalError as refused:
            raise Failure(
                f"连不上 {variable} 所指的数据库：{refused}".rstrip() + "\n  请检查地址、口令和 pg_hba.conf",
                f"cannot connect to the database in {variable}: check address, password and pg_hba.conf",
            ) from refused


def _check_role(db: psycopg.Connection, variable: str) -> None:
    if db.info.server_version < OLDEST_SERVER:
        raise Failure(
            f"{variable} 的服务器太旧，需要 PostgreSQL 15 或更新",
            f"the server in {variable} is too old: PostgreSQL 15 or newer is needed",
        )
    row = db.execute(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if variable != "DATABASE_OWNER_URL" and row and row[1]:
        raise Failure(
            f"{variable} 的角色 {row[0]} 是超级用户或可绕过行级安全，请换一个普通角色：CREATE ROLE linli_web LOGIN PASSWORD '…'",
            f"the role {row[0]} in {variable} is superuser or bypasses row-level security: use an ordinary role",
        )
