from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.rendering import RenderReply, RenderRequest
from app.roles import Role
from app.session import Session
from app.slot import Photo, PhotoOrder
from tests.app.fake_engine import FakeEngine

GREY = np.full((40, 40, 3), 99, np.uint8)


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


def accept(session: Session, role: Role, name: str) -> PhotoOrder:
    session.order_photo(role, Path(name), name)
    order = session.slot(role).wanted
    assert order is not None
    session.accept_photo(Photo(order, GREY, FakeEngine().encode(role, GREY, None)))
    return order


def reply(request: RenderRequest) -> RenderReply:
    engine = FakeEngine()
    face = engine.encode("source", GREY, None)
    return RenderReply(request, engine.render(face, face, request.controls), GREY, 16.0, 1.0)


def test_equal_values_emit_nothing(session: Session, qtbot: QtBot) -> None:
    signals = [session.dial_changed, session.turn_changed, session.dragging_changed, session.message_changed]
    with qtbot.assertNotEmitted(signals[0]), qtbot.assertNotEmitted(signals[1]):
        session.set_dial(pose=1.0, expression=1.0, mode="both", placement="source")
        session.set_turn(yaw=360.0)
    with qtbot.assertNotEmitted(signals[2]), qtbot.assertNotEmitted(signals[3]):
        session.set_dragging(False)
        session.set_message("")


@pytest.mark.parametrize(("given", "kept"), [(-1, 0.0), (1.234, 1.23), (9, 1.5), (0.004, 0.0)])
def test_alpha_is_clamped_and_stepped(session: Session, given: float, kept: float) -> None:
    session.set_dial(pose=given)
    assert session.dial.pose == kept


def test_only_modes_mask_the_other_alpha_and_remember_it(session: Session) -> None:
    session.set_dial(pose=0.7, expression=0.4)
    session.set_dial(mode="pose")
    assert (session.dial.controls.pose, session.dial.controls.expression) == (0.7, 0.0)
    session.set_dial(mode="expression")
    assert (session.dial.controls.pose, session.dial.controls.expression) == (0.0, 0.4)
    session.set_dial(mode="both")
    assert (session.dial.controls.pose, session.dial.controls.expression) == (0.7, 0.4)


def test_older_results_are_dropped(session: Session) -> None:
    accept(session, "source", "a")
    accept(session, "driving", "b")
    first, second = reply(session.snapshot()), reply(session.snapshot())
    session.accept_result(second)
    session.accept_result(first)
    assert session.result is second


def test_intermediate_results_are_shown(session: Session) -> None:
    accept(session, "source", "a")
    accept(session, "driving", "b")
    early = session.snapshot()
    session.set_dial(pose=0.3)
    session.snapshot()
    session.accept_result(reply(early))
    assert session.result is not None and session.result.request is early


@pytest.mark.parametrize("role", ["source", "driving"])
def test_results_of_another_photo_are_dropped(session: Session, role: Role) -> None:
    accept(session, "source", "a")
    accept(session, "driving", "b")
    late = reply(session.snapshot())
    session.order_photo(role, Path("c"), "c")
    session.accept_result(late)
    assert session.result is None


def test_a_refused_photo_leaves_the_previous_one(session: Session) -> None:
    first = accept(session, "source", "a")
    session.order_photo("source", Path("bad"), "bad")
    bad = session.slot("source").wanted
    assert bad is not None
    session.refuse_photo(bad, "No face.")
    slot = session.slot("source")
    assert slot.wanted is first and slot.shown is not None and slot.shown.order is first
    assert slot.problem == "No face." and not slot.busy


def test_a_refused_photo_leaves_what_undo_was_bringing_back(session: Session) -> None:
    accept(session, "driving", "a")
    accept(session, "driving", "b")
    session.undo()
    before = session.document
    session.order_photo("driving", Path("bad"), "bad")
    bad = session.slot("driving").wanted
    assert bad is not None
    session.refuse_photo(bad, "No face.")
    slot, again = session.slot("driving"), session.slot("driving").wanted
    assert session.document == before and slot.problem == "No face." and slot.busy
    assert again is not None and again.label == "a"
    session.accept_photo(Photo(again, GREY, FakeEngine().encode("driving", GREY, None)))
    slot = session.slot("driving")
    assert not slot.busy and slot.problem == "No face."
    assert session.document == before


def test_where_undo_cannot_bring_a_photo_back_the_one_shown_stays(session: Session) -> None:
    accept(session, "driving", "a")
    accept(session, "driving", "b")
    before = session.document
    session.undo()
    lost = session.slot("driving").wanted
    assert lost is not None
    session.refuse_photo(lost, "It is gone.")
    assert session.document == before and not session.slot("driving").busy


def test_answers_to_overtaken_orders_are_ignored(session: Session) -> None:
    session.order_photo("source", Path("slow"), "slow")
    slow = session.slot("source").wanted
    assert slow is not None
    session.order_photo("source", Path("quick"), "quick")
    session.refuse_photo(slow, "No face.")
    session.accept_photo(Photo(slow, GREY, FakeEngine().encode("source", GREY, None)))
    slot = session.slot("source")
    assert slot.busy and slot.shown is None and slot.problem == ""


def test_swap_exchanges_what_is_wanted(session: Session) -> None:
    accept(session, "source", "a")
    accept(session, "driving", "b")
    session.swap()
    wanted = [session.slot(role).wanted for role in ("source", "driving")]
    assert [order.label for order in wanted if order] == ["b", "a"]


def test_the_mesh_view_never_turns_over(session: Session) -> None:
    session.set_turn(yaw=190.0, pitch=500.0, zoom=100.0)
    assert (session.turn.yaw, session.turn.pitch, session.turn.zoom) == (-170.0, 89.0, 4.0)
