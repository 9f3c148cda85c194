"""Survey + profile -> plan; plan x block -> outgoing block, with a reason for all that changed."""

from core.protection.actions import ACTIONS, Action, actions_for
from core.protection.apply import Context, OutBlock, TableContext, apply, left_out_reason, make_context
from core.protection.counts import published_table
from core.protection.decisions import Decisions, FieldDecision, read_decisions
from core.protection.formats import is_formula_like
from core.protection.gates import gates, require, tier_of, undecided
from core.protection.hazards import blocking_hazards, judged
from core.protection.items import ITEM_REASONS, row_fingerprint
from core.protection.keys import (
    Key,
    create_key,
    load_key_file,
    save_key_file,
)
from core.protection.look_ups import LookUp, LookUps, read_look_up, read_look_ups
from core.protection.notes import NOTES_READ, kept_notes, leaving_notes, notes_seen
from core.protection.objections import (
    ObjectionLists,
    acting_objections,
    asking_objections,
    load_objection_list,
    parse_objection_source,
)
from core.protection.objections_compared import Compared, Earlier, compare_objections, counts_now
from core.protection.plan import FieldPlan, ObjectionSource, Plan, Purpose
from core.protection.planned_fields import plan_field
from core.protection.planning import make_plan
from core.protection.profile import Profile, load_profile, load_profiles, read_profile
from core.protection.pseudonyms import Pseudonyms, pseudonyms_for
from core.protection.recipients import RecipientsBook, read_recipients
from core.protection.rows import RowDecisions, decide_rows

__all__ = [
    "ACTIONS",
    "ITEM_REASONS",
    "NOTES_READ",
    "Action",
    "Compared",
    "Context",
    "Decisions",
    "Earlier",
    "FieldDecision",
    "FieldPlan",
    "Key",
    "LookUp",
    "LookUps",
    "ObjectionLists",
    "ObjectionSource",
    "OutBlock",
    "Plan",
    "Profile",
    "Pseudonyms",
    "Purpose",
    "RecipientsBook",
    "RowDecisions",
    "TableContext",
    "acting_objections",
    "actions_for",
    "apply",
    "asking_objections",
    "blocking_hazards",
    "compare_objections",
    "counts_now",
    "create_key",
    "decide_rows",
    "gates",
    "is_formula_like",
    "judged",
    "kept_notes",
    "leaving_notes",
    "left_out_reason",
    "load_key_file",
    "load_objection_list",
    "load_profile",
    "load_profiles",
    "make_context",
    "make_plan",
    "notes_seen",
    "parse_objection_source",
    "plan_field",
    "pseudonyms_for",
    "published_table",
    "read_decisions",
    "read_look_up",
    "read_look_ups",
    "read_profile",
    "read_recipients",
    "require",
    "row_fingerprint",
    "save_key_file",
    "tier_of",
    "undecided",
]
