"""What an activity notes about the categories it serves is always what its slots say."""

from sqlmodel import select

from corps import sample
from corps.activities import planning, served_categories
from corps.activities.planning import SlotPlan
from corps.changes import editing
from corps.changes.edit_answers import Edit, EditField
from corps.quotas import tally
from models import Activity, Slot
from models.enums import ActivityState
from tests.base import ROSTER, Corps


def noted(corps: Corps, activity_id: int) -> str | None:
    """Return an activity's note."""
    return corps.run(lambda s, _at: s.exec(select(Activity.serves).where(Activity.id == activity_id)).one())


def planned(corps: Corps) -> dict[str, int]:
    """Return how many activities each category has planned this year."""
    return {line.category.code: line.planned for line in corps.run(tally.tally).lines if line.planned}


def change(corps: Corps, who: int, activity_id: int, field: EditField, slot: int = 0, **value: object) -> None:
    """Change an activity's slots."""
    corps.do(who, editing.change, Edit(activity_id, field, value, slot))


def test_each_category_is_noted_once_and_in_order_when_the_activity_is_published(corps: Corps) -> None:
    wang = corps.coordinator()
    slots = tuple(SlotPlan(f"岗位{n}", code, 2) for n, code in enumerate(("promotion", "clinic", "clinic")))
    draft = corps.do(wang, planning.draft, corps.plan(slots=slots, teams=("农工党", "民建")))
    assert noted(corps, draft) is None
    corps.do(wang, planning.publish, draft)
    assert noted(corps, draft) == "clinic,promotion"
    assert served_categories.read("clinic,promotion") == ["clinic", "promotion"]
    assert planned(corps) == {"clinic": 1, "promotion": 1}


def test_a_slot_added_or_taken_out_later_is_noted_and_counted(corps: Corps) -> None:
    wang = corps.coordinator()
    lecture = corps.publish(wang)
    line = {"role": "医生", "places": 2, "category": "clinic", "team": None, "open": False}
    change(corps, wang, lecture, EditField.ADD, slots=[line])
    assert noted(corps, lecture) == "clinic,lecture"
    assert planned(corps) == {"clinic": 1, "lecture": 1}
    change(corps, wang, lecture, EditField.REMOVE, corps.slot(lecture, "医生"))
    assert noted(corps, lecture) == "lecture"
    assert planned(corps) == {"lecture": 1}


def test_where_nothing_is_noted_the_slots_are_counted(corps: Corps) -> None:
    wang = corps.coordinator()
    first, second = corps.publish(wang), corps.publish(wang, corps.plan("又一场"))

    corps.run(lambda s, _at: setattr(s.get(Activity, first), "serves", None))
    assert (noted(corps, first), noted(corps, second)) == (None, "lecture")
    assert planned(corps) == {"lecture": 2}


def test_in_the_sample_corps_every_note_is_what_the_slots_say(corps: Corps) -> None:
    """A year of the corps' own operations: published, claimed, reported, verified."""
    corps.run(sample.begin_anew, ROSTER)
    rows = corps.run(lambda s, _at: s.exec(select(Activity.id, Activity.state, Activity.serves)).all())
    pairs = corps.run(lambda s, _at: set(s.exec(select(Slot.activity_id, Slot.category)).all()))
    public = [(own, serves) for own, state, serves in rows if state is not ActivityState.DRAFT]
    assert len(public) > 30
    for own, serves in public:
        assert serves is not None
        assert served_categories.read(serves) == sorted(code for activity, code in pairs if activity == own)
