"""The peer of `benches/rest`: the same two answers by FastAPI and sqlmodel, from a SQLite of its own.

`THON_BENCH_DATA` names a file with THON's answers; its rows are put into the database before the first request. Written as
FastAPI's and sqlmodel's own guides do it: a session per request, one query with the related rows, a response model.
"""

import json
import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import JSON, Column
from sqlalchemy.orm import selectinload
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, func, select

data = os.environ["THON_BENCH_DATA"]
engine = create_engine(f"sqlite:///{data}.db", connect_args={"check_same_thread": False})


class User(SQLModel, table=True):
    id: str = Field(primary_key=True)
    place: int
    group_id: str = Field(foreign_key="group.id", index=True)
    username: str
    more: dict[str, Any] = Field(sa_column=Column(JSON))
    group: "Group" = Relationship(back_populates="users")


class Group(SQLModel, table=True):
    id: str = Field(primary_key=True)
    place: int
    name: str
    more: dict[str, Any] = Field(sa_column=Column(JSON))
    users: list[User] = Relationship(back_populates="group", sa_relationship_kwargs={"order_by": "User.place"})


class Instance(SQLModel, table=True):
    id: str = Field(primary_key=True)
    place: int = Field(index=True)
    state: str
    port: int
    more: dict[str, Any] = Field(sa_column=Column(JSON))


class InstancePage(BaseModel):
    instances: list[dict[str, Any]]
    total: int
    page: int
    page_size: int


def rest(row: dict[str, Any], *columns: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in columns}


def fill() -> None:
    SQLModel.metadata.create_all(engine)
    with open(data) as file, Session(engine) as session:
        told = json.load(file)
        for place, group in enumerate(told["groups"]):
            session.add(Group(id=group["id"], place=place, name=group["name"], more=rest(group, "id", "name", "users")))
            for nth, user in enumerate(group["users"]):
                more = rest(user, "id", "group_id", "username")
                own = {"id": user["id"], "group_id": group["id"], "username": user["username"]}
                session.add(User(place=nth, more=more, **own))
        for place, one in enumerate(told["instances"]):
            more = rest(one, "id", "state", "port")
            session.add(Instance(id=one["id"], place=place, state=one["state"], port=one["port"], more=more))
        session.commit()


def session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Database = Annotated[Session, Depends(session)]
app = FastAPI()


@app.get("/api/groups")
def groups(database: Database) -> list[dict[str, Any]]:
    found = database.exec(select(Group).order_by(Group.place).options(selectinload(Group.users)))
    return [{"id": group.id, "name": group.name, **group.more, "users": [person(user) for user in group.users]} for group in found]


def person(user: User) -> dict[str, Any]:
    return {"id": user.id, "group_id": user.group_id, "username": user.username, **user.more}


@app.get("/api/instances")
def instances(database: Database, page: int = 1, page_size: int = 50) -> InstancePage:
    total = database.exec(select(func.count()).select_from(Instance)).one()
    found = database.exec(select(Instance).order_by(Instance.place).offset((page - 1) * page_size).limit(page_size))
    shown = [{"id": one.id, "state": one.state, "port": one.port, **one.more} for one in found]
    return InstancePage(instances=shown, total=total, page=page, page_size=page_size)


if __name__ == "__main__":
    fill()
