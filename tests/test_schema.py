# SPDX-License-Identifier: GPL-3.0-or-later
"""models/termsheet.schema.json against the program: what accord accepts the schema accepts, and what is wrong with the
form of a sheet it rejects. Names and keys are read off the program, so that none can be missing.

What a schema cannot see is listed in UNSEEN, sheet by sheet. ACCORD_SEED and ACCORD_ROUNDS (mutants) may be set.
"""
import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", str(ROOT / "build" / "accord")))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "600"))
FILE = ROOT / "models" / "termsheet.schema.json"
SCHEMA = json.loads(FILE.read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
SHEETS = ROOT / "tests" / "sheets"
NOWHERE = "zzzzzzzzzz" # a key nearest to none

# Bad sheets that a schema accepts, and why it must. A new bad sheet is either rejected or gets its line here.
UNSEEN = {
    "parties are compared with one another, or with those listed": """
        coalition_unknown_and_spaces link_unknown_second unknown_party_long_ids assignment_many_on_neither_side
        claim_missing claim_missing_two link_unknown_party party_twice_in_coalition party_twice_object proposal_leaves_out
        union_party_twice union_unknown_party unknown_party_claims unknown_party_proposal unknown_party_standalone
        unknown_party_synergy unknown_party_values unknown_party_values_near weight_missing criteria_score_missing
        criteria_unknown_party term_unknown_party term_unknown_party_in_group term_unknown_party_in_sum
        production_unknown_party production_unknown_resource_in_prices
        voting_party_without_votes voting_unknown_party voting_winning_unknown_party assignment_pair_of_one_side
        assignment_party_on_both_sides assignment_party_on_neither_side assignment_unknown_party_in_a_pair
        assignment_unknown_party_on_a_side risk_loss_party_missing risk_loss_unknown_party airport_movements_unknown_party
        airport_need_missing airport_unknown_party tree_party_without_a_node tree_unknown_party
        network_party_without_a_node network_unknown_party network_unknown_node contributions_score_missing
        tree_unknown_node tree_unknown_parent""",
    "coalitions are compared with one another, or counted": """
        missing_all_of_nineteen_parties term_group_text_of_many voting_winning_long_ones voting_winning_many_times
        coalition_grand_missing coalition_grand_missing_zero coalition_missing_many coalition_missing_one coalition_twice
        coalition_twice_everybody list_too_long list_too_short missing_additive_no_partition parties_40_coalitions
        parties_40_synergies parties_70_coalitions voting_winning_not_minimal voting_winning_twice
        assignment_pair_twice""",
    "amounts are summed": """
        estate_above_claims estate_above_claims_slightly voting_all_of_quota_beyond voting_nobody_votes voting_quota_beyond
        risk_probabilities_sum_little risk_probabilities_sum_much risk_probabilities_thirds risk_probabilities_zero""",
    "profit is reckoned, names of products compared": """
        production_profit_too_large production_unbounded production_unbounded_needs_nothing production_profit_from_nothing production_product_twice""",
    "labels of rules are compared": "rule_label_is_a_rule rule_label_twice rule_label_under_terms_twice",
    "a schema sees the last of two equal keys": """
        duplicate_key_escaped duplicate_key_thrice duplicate_key_top duplicate_key_two duplicate_key_values
        list_object_duplicate_key""",
    "a schema sees texts and numbers after they were read": """
        escape_high_then_escape
        escape_high_then_letter escape_lone_high escape_lone_low escape_nul escape_swapped number_digits_401
        number_too_small number_text_fraction_too_small number_text_too_large number_text_too_small""",
    "criteria are compared with one another, and summed": """
        contributions_nobody_scores criteria_name_twice criteria_nobody_scores criteria_weights_all_zero""",
    "a matrix is neither measured nor read across": """
        criteria_pairwise_of_one criteria_pairwise_of_one_party
        contributions_pairwise_reciprocal criteria_pairwise_diagonal criteria_pairwise_not_square criteria_pairwise_of_parties_reciprocal
        criteria_pairwise_of_parties_size criteria_pairwise_reciprocal criteria_pairwise_too_large""",
    "bounds of clauses are compared, clauses counted": "term_min_above_max term_sum_empty terms_too_many",
    "nesting is not counted": "depth_65",
    "a file of scenarios is not opened": """
        risk_csv_empty risk_csv_fewer risk_csv_header_only risk_csv_infinite risk_csv_more risk_csv_nan
        risk_csv_negative risk_csv_no_header risk_csv_nul risk_csv_party_missing risk_csv_party_twice
        risk_csv_sum risk_csv_unknown_party risk_csv_word risk_file_absent risk_npy_columns risk_npy_float32
        risk_npy_nan risk_npy_no_npy risk_npy_none risk_npy_one_dimension risk_npy_out_of_range risk_npy_short
        risk_npy_three_dimensions risk_npy_too_many""",
    "ways through a network are not followed": """
        network_disconnected network_disconnected_parts network_edge_twice tree_circle tree_circle_of_one tree_source_hangs
        tree_two_parents""",
    "an overlay is not held against the model": "risk_fund_of_claims risk_fund_premiums_talmud risk_fund_premiums_vote contributions_criteria_twice contributions_transaction_costs airport_transaction_costs transaction_costs_of_claims unknown_transaction_costs",
    "limits of values are compared": "interval_turned unknown_contradiction unknown_contradiction_interval unknown_with_zero",
    "a file beside the sheet is not opened": """
        file_csv_empty_no_number file_csv_many file_npy_no_descr file_npy_no_shape file_npy_shape_number file_npy_tiny
        file_npy_version_0 file_csv_empty_worth_long file_dots_in_a_name file_json_nan
        file_absolute file_absolute_null file_csv_401_digits file_csv_bad_line file_csv_bad_number file_csv_coalition_twice
        file_csv_empty file_csv_empty_worth file_csv_fraction_too_small file_csv_grand_missing file_csv_header
        file_csv_incomplete file_csv_nan file_csv_no_header file_csv_nul file_csv_over_zero file_csv_party_twice
        file_csv_too_large file_csv_unknown_party file_folder file_in_missing_folder file_json_list_short
        file_json_root_text file_json_syntax file_json_unknown_party file_link_device file_link_folder_out file_link_out
        file_link_proc file_missing file_missing_npy file_name_long file_name_script file_npy_0d file_npy_2d
        file_npy_big_endian file_npy_data_extra file_npy_data_truncated file_npy_empty file_npy_first_not_zero
        file_npy_float32 file_npy_fortran file_npy_header_garbage file_npy_header_length_lies file_npy_header_truncated
        file_npy_infinity file_npy_int64 file_npy_is_text file_npy_nan file_npy_object file_npy_shape_overflow
        file_npy_subnormal file_npy_too_large file_npy_too_long file_npy_too_short file_npy_version_9 file_parent
        file_parent_inside file_parent_json file_pipe file_pipe_json file_pipe_npy"""}

# Mistakes in the form of a sheet: where the program reports one of these, the schema rejects.
FORM = {"E012", "E020", "E021", "E022", "E023", "E025", "E026", "E027", "E030", "E031", "E032", "E033", "E035", "E040",
        "E046", "E048", "E052", "E056", "E068", "E240", "E244", "E247", "E252", "E253", "E256"}

ABC = ["A", "B", "C"]
COALITIONS = {"type": "coalitions", "values": {"A": 1, "B": 1, "C": 1, "A+B": 7, "A+C": 5, "B+C": 4, "*": 10}}


def sheet(model=COALITIONS, **more):
    return copy.deepcopy({"accord": 1, "parties": ABC, "model": model, **more})


def criteria():
    return [{"name": "patents", "weight": 2, "scores": {"A": 3, "B": 1, "C": 0}}]


# Every part of the format, also those that the program does not solve yet.
SAMPLES = [
    sheet(title="t", date="2026-01-01", currency="EUR", unit="0.01", seed=7, notes=["a", "b"], rules=["shapley", {"rule": "nucleolus", "as": "n"}],
          proposals={"draft": {"A": {"value": 4, "source": "Annex"}, "B": "7/2", "C": 2.5}}, unions={"left": ["A", "B"]},
          links=[["A", "B"], ["B", "C"]], weights={"A": 1, "B": "1/2", "C": 3}),
    sheet(parties=[{"id": "A", "name": "a", "role": "r"}, "B", "C"], notes="n"),
    sheet({**COALITIONS, "goal": "cost", "missing": "unknown", "values": {"A": None, "A + B": [6, "8"], "*": 10, "x-1": "note", "": 0}}),
    sheet({"type": "coalitions", "values": [0, 1, 1, [6, 8], None, 5, {"value": 4, "source": "s"}, 10], "missing": "error"}),
    sheet({"type": "coalitions", "values_file": "values.npy"}),
    sheet({"type": "synergies", "goal": "benefit", "standalone": {"A": 1}, "synergies": [{"parties": ["A", "B"], "value": -2}]}),
    sheet({"type": "claims", "estate": 100, "claims": {"A": 50, "B": 60, "C": {"value": 70, "source": "s"}}, "sharing": "loss"}),
    sheet({"type": "production", "resources": {"A": {"steel": 4}, "B": {"hours": "7/2"}},
           "products": [{"name": "door", "profit": 3, "needs": {"steel": 1, "hours": 2}, "limit": 5}], "prices": {"steel": 2}}),
    sheet({"type": "risk", "scenarios": [{"probability": "1/2", "loss": {"A": 1, "B": -2, "C": 0}}, {"probability": 0.5, "loss": {"A": 0, "B": 0, "C": 0}}],
           "measure": {"type": "expected-shortfall", "tail": 0.05}},
          fund={"size": 10, "premiums": "shapley", "shortfall": "talmud"}),
    sheet({"type": "risk", "scenarios_file": "losses.csv", "measure": {"type": "entropic", "tolerance": 5}}),
    sheet({"type": "airport", "needs": {"A": 1, "B": 2, "C": 3}, "movements": {"A": 10}}),
    sheet({"type": "tree", "edges": [{"node": "n1", "parent": "source", "cost": 4}], "at": {"A": "n1", "B": "n1", "C": "source"}}),
    sheet({"type": "spanning-tree", "edges": [{"between": ["source", "n1"], "cost": 4}], "at": {"A": "n1"}}),
    sheet({"type": "assignment", "left": ["A"], "right": ["B", "C"], "values": {"A+B": 3, "C + A": 4}}),
    sheet({"type": "voting", "quota": 51, "weights": {"A": 50, "B": 30, "C": 20}, "prize": 10}),
    sheet({"type": "voting", "all_of": [{"quota": 2, "weights": {"A": 1, "B": 1, "C": 1}}]}),
    sheet({"type": "voting", "winning": [["A", "B"], ["A", "C"]]}),
    sheet({"type": "contributions", "total": 100, "criteria": criteria()}),
    sheet({"type": "contributions", "total": "7/2", "criteria": [{k: v for k, v in criteria()[0].items() if k != "weight"}], "weights": "entropy"}),
    sheet({"type": "contributions", "total": 0, "criteria": [{"name": "x", "scores": {"A": 1, "B": 1, "C": 0}}], "pairwise": [[1]]}),
    sheet(criteria={"criteria": [{"name": "x", "scores": {"A": 1, "B": 1, "C": 0}}], "weights": "entropy"}),
    sheet(terms=[{"clause": "4.2", "name": "floor", "soft": True, "party": "C", "min": 2}, {"group": ["A", "B"], "min": 1, "max": "17/2"},
                 {"clause": 4.3, "party": "A", "min_share": 0.2, "max_share": "2/5"}, {"order": ["A", "B", "C"]},
                 {"ratio": ["A", "B"], "max": 2}, {"equal": ["A", "B"]}, {"linear": {"A": 1, "B": -2}, "min": {"value": 0, "source": "s"}}],
          rules=[{"rule": "nucleolus", "under_terms": True, "as": "bound"}]),
    sheet(criteria=criteria()),
    sheet(criteria={"criteria": [{"name": "patents", "scores": {"A": 3, "B": 1, "C": 0}}, {"name": "risk", "pairwise": [[1, 2, 2], ["1/2", 1, 1], [0.5, 1, 1]]}],
                    "pairwise": [[1, 3], ["1/3", 1]]}),
    sheet(transaction_costs={"per_member": 1, "per_link": 0.5, "coalitions": {"A+B": 3, "*": 4}}, assume=["superadditive", "monotone"]),
    sheet(subsidy={"to": "core", "schedule": [1, 0.5, "1/4"]}),
    sheet(subsidy={"amount": 3})]

BAD = { # what the schema must reject in the parts that no bad sheet reaches yet
    "two forms in a term": [sheet(terms=[t]) for t in (
        {"party": "A", "group": ["A", "B"], "min": 1}, {"party": "A", "min": 1, "min_share": 0.1}, {"order": ABC, "equal": ABC},
        {"party": "A", "order": ABC, "min": 1}, {"ratio": ["A", "B"], "linear": {"A": 1}, "min": 1}, {"equal": ["A", "B"], "min": 1})],
    "half a term": [sheet(terms=[t]) for t in (
        {}, {"party": "A"}, {"min": 1}, {"ratio": ["A", "B"]}, {"linear": {"A": 1}}, {"clause": "4"}, {"group": [], "min": 1},
        {"order": ["A"]}, {"ratio": ["A", "B", "C"], "min": 1}, {"ratio": ["A", "A"], "min": 1}, {"party": "A", "min": "much"},
        {"party": "A B", "min": 1}, {"party": "A", "min": 1, "soft": 1}, {"party": "A", "minimum": 1},
        {"party": "A", "min_share": 1.5}, {"party": "A", "max_share": -1}, {"ratio": ["A", "B"], "min": "-1/2"})],
    "overlays": [sheet(**o) for o in (
        {"subsidy": {}}, {"subsidy": {"to": "core", "amount": 1}}, {"subsidy": {"to": "moon"}}, {"assume": ["convex"]},
        {"fund": {"size": 1, "premiums": "shapley", "shortfall": "shapley"}}, {"criteria": [{"name": "x"}]},
        {"transaction_costs": {"per_head": 1}}, {"transaction_costs": {"coalitions": {"A,B": 1}}})],
    "criteria": [sheet(criteria=c) for c in (
        [], [{**criteria()[0], "pairwise": [[1]]}], [{"name": "x", "scores": {"A": 1}}], [{**criteria()[0], "scores": {"A": -1}}],
        {"criteria": criteria(), "pairwise": [[1]]}, {"pairwise": [[1]]}, {"criteria": [{"name": "x", "scores": {"A": 1}}]},
        {"criteria": [{"name": "x", "scores": {"A": 1}}], "pairwise": [1]},
        {"criteria": [{"name": "x", "scores": {"A": 1}}], "pairwise": [[0]]})],
    "a fund of nobody": [sheet(fund={})],
    "two forms in a model": [sheet(m) for m in (
        {"type": "voting", "quota": 2, "weights": {"A": 1}, "winning": [["A"]]}, {"type": "voting", "quota": 2},
        {"type": "voting", "all_of": [], "winning": []}, {"type": "voting"},
        {"type": "risk", "scenarios": [{"probability": 1, "loss": {}}], "scenarios_file": "a.csv", "measure": {"type": "expectation"}})],
    "models": [sheet(m) for m in (
        {"type": "risk", "scenarios_file": "a.csv"}, {"type": "risk", "scenarios_file": "a.json", "measure": {"type": "expectation"}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "expected-shortfall"}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "expected-shortfall", "tail": 0}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "expected-shortfall", "tail": 1.5}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "entropic", "tail": 0.1}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "variance"}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "expectation", "tail": 0.1}},
        {"type": "risk", "scenarios_file": "a.csv", "measure": {"type": "expected-shortfall", "tail": 0.1, "tolerance": 3}},
        {"type": "airport", "needs": {"A": -1}}, {"type": "tree", "edges": [{"node": "a", "cost": 1}], "at": {"A": "a"}},
        {"type": "spanning-tree", "edges": [{"between": ["a"], "cost": 1}], "at": {"A": "a"}},
        {"type": "assignment", "left": ["A"], "right": ["B"], "values": {"A": 1}},
        {"type": "production", "resources": {"A": {"steel": -1}}, "products": []}, {"type": "contributions", "total": 1},
        {"type": "coalitions", "values": {"*": None}}, {"type": "coalitions", "values": {"*": [1, 2]}},
        {"type": "coalitions", "values": {"A": [1, 2, 3], "*": 3}}, {"type": "coalitions", "values": [None, 1, 1, 2]})]}


# ----------------------------------------------------------------- running
def run(*arguments, given=None):
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=given, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def table_of(command):
    return json.loads(run(command, "--json")[1])


def valid(sheet):
    return VALIDATOR.is_valid(sheet)


def why(sheet):
    error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(sheet))
    return f"/{'/'.join(map(str, error.absolute_path))}: {error.message:.200}" if error else "nothing"


def no_constant(word):
    raise ValueError(word)


def document(raw):
    """The sheet as Python reads it, or None where it is no JSON"""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=no_constant)
    except (ValueError, RecursionError):
        return None


def reported(sheet):
    """What the program reports; every sheet is solved by one cheap rule"""
    code, out, _ = run("solve", "-", "--json", "--facts", "none", "--rule", "proportional", given=json.dumps(sheet))
    assert code in (0, 1, 2, 3), (code, sheet)
    return json.loads(out).get("errors", [])


def errors_of(sheet):
    return [(error["code"], error["help"]) for error in reported(sheet)]


# ------------------------------------------------------------ the schema itself
def subschemas(node, path=()):
    """(path, subschema) of everything under "properties" and "definitions\""""
    if isinstance(node, list):
        for k, inner in enumerate(node):
            yield from subschemas(inner, path + (k,))
    if isinstance(node, dict):
        for key, inner in node.items():
            if key in ("properties", "definitions") and not {"if", "then", "else"} & set(path):
                yield from ((path + (key, name), value) for name, value in inner.items())
            yield from subschemas(inner, path + (key,))


def test_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    code, out, err = run("schema")
    assert code == 0 and not err and out == FILE.read_text(), "the program prints another schema than the file holds"
    with tempfile.TemporaryDirectory() as folder:
        assert run("schema", "-o", f"{folder}/s.json")[0] == 0 and Path(folder, "s.json").read_text() == out
    assert run("schema", "extra")[0] == 2
    assert re.fullmatch(r"urn:[a-z:0-9]+", SCHEMA["$id"])


def test_every_key_is_described():
    found = list(subschemas(SCHEMA))
    assert len(found) > 120
    for path, node in found:
        words = node if "$ref" not in node else SCHEMA["definitions"][node["$ref"].split("/")[-1]]
        assert words.get("title", "")[:1].isupper(), f"{path} has no title"
        text = words.get("description", "")
        assert text.endswith(".") and len(text) > 10 and len(text) < 400, f"{path} has no description, or one that is no sentence"
        assert "$ref" not in node or len(node) == 1, f"{path}: what stands beside $ref is ignored"


def test_references():
    used = set(re.findall(r'"#/definitions/(\w+)"', FILE.read_text()))
    assert used == set(SCHEMA["definitions"]), used ^ set(SCHEMA["definitions"])


# ------------------------------------------------------------- names and keys
def words_in(path, name):
    """The words of a static list of texts in a C file, such as later_rules"""
    found = re.search(rf"\b{name}\[\](?:\[2\])? = \{{(.*?)\}};", (ROOT / path).read_text(), re.S)
    return re.findall(r'"([^"]*)"', found.group(1)) if found else []


def enum_of(*path):
    node = SCHEMA["definitions"]
    for step in path:
        node = node[step]
    return node["enum"]


def test_rules():
    games, claims, others = enum_of("ruleName", "anyOf", 0), enum_of("claimsRuleName"), enum_of("ruleName", "anyOf", 2)
    rules = {rule["name"]: rule for rule in table_of("rules")}
    later = set(words_in("models/sheet.c", "later_rules"))
    assert set(games) | set(claims) == set(rules) | later, sorted((set(games) | set(claims)) ^ (set(rules) | later))
    for name, rule in rules.items():
        assert ("claims" in rule["needs"]) == (name in claims), f"{name}: claimsRuleName and what the rule needs disagree"
    assert others == words_in("solver/rules.c", "aliases")[::2]
    for name in [*rules, *others]:
        assert "E032" not in [code for code, _ in errors_of(sheet(rules=[name]))], name


def test_models():
    types = enum_of("model", "properties", "type")
    assert set(types) == {m["name"] for m in table_of("models")}
    branches = [b["if"]["properties"]["type"]["const"] for b in SCHEMA["definitions"]["model"]["allOf"]]
    assert branches == types, "a model without its definition"
    assert set(types) == {s["model"]["type"] for s in SAMPLES}, "a model without a sample"


def test_top_level_keys():
    known = set(words_in("models/sheet.c", "known_keys"))
    assert set(SCHEMA["properties"]) == known, sorted(set(SCHEMA["properties"]) ^ known)
    assert known == {key for s in SAMPLES for key in s}, "a key without a sample"


def objects_in(node, path=()):
    if isinstance(node, dict):
        yield path
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from objects_in(inner, path + (key,))


def with_key(sheet, path, key):
    changed = copy.deepcopy(sheet)
    inner = changed
    for step in path:
        inner = inner[step]
    inner[key] = 1
    return changed


def strangers(errors):
    """The subschemas that refuse the key NOWHERE as unknown to them"""
    for error in errors:
        if error.validator == "additionalProperties" and error.validator_value is False and f"'{NOWHERE}'" in error.message:
            yield error.schema
        yield from strangers(error.context)


def test_keys_of_every_object():
    """An unknown key in every object of every sample: the program's list of the keys known there is the schema's"""
    compared = set()
    for sample in SAMPLES:
        for path in objects_in(sample):
            stranger = with_key(sample, path, NOWHERE)
            known = [set(node["properties"]) for node in strangers(VALIDATOR.iter_errors(stranger))]
            told = [help for code, help in errors_of(stranger) if code == "E021"]
            lists = [set(re.search(r"The keys known here are (.*)\.$", help).group(1).split(", ")) for help in told]
            assert not lists or known, f"{path}: the program refuses an unknown key, the schema does not"
            for keys in lists:
                wanted = min(known, key=lambda k: len(k ^ keys))
                assert wanted == keys, f"{path}: the schema has {sorted(wanted)}, the program {sorted(keys)}"
                compared.add(tuple(k for k in path if isinstance(k, str)))
    assert len(compared) >= 6, compared


# -------------------------------------------------------------------- sheets
def test_samples_are_accepted():
    for sample in SAMPLES:
        assert valid(sample), why(sample)
        for path in objects_in(sample):
            note = with_key(sample, path, "x-note")
            assert valid(note), f"x-note at {path}: {why(note)}"


def test_what_is_wrong_in_new_parts():
    for kind, sheets in BAD.items():
        for bad in sheets:
            assert not valid(bad), f"{kind}: {json.dumps(bad)}"


def good_sheets():
    paths = [p for p in (ROOT / "examples").glob("*.json") if p.name != "with-mistakes.json"] + list(SHEETS.glob("good_*.json"))
    yield from ((p.name, json.loads(p.read_text())) for p in sorted(paths))
    yield from (("starter of " + m["name"], json.loads(run("init", m["name"])[1])) for m in table_of("models"))


def test_good_sheets_are_accepted():
    sheets = list(good_sheets())
    assert len(sheets) > 30
    for name, good in sheets:
        assert valid(good), f"{name}: {why(good)}"


def test_bad_sheets_are_rejected():
    expected = json.loads((SHEETS / "expected.json").read_text())
    unseen = {f"bad_{name}.json": reason for reason, names in UNSEEN.items() for name in names.split()}
    assert not set(unseen) - set(expected), f"UNSEEN lists what is not there: {sorted(set(unseen) - set(expected))}"
    rejected, accepted = [], []
    for path in sorted(SHEETS.glob("bad_*.json")):
        bad = document(path.read_bytes())
        (accepted if bad is not None and valid(bad) else rejected).append(path.name)
    assert not set(accepted) - set(unseen), f"the schema accepts {sorted(set(accepted) - set(unseen))}: let it see them, or say in UNSEEN why it cannot"
    assert not set(unseen) - set(accepted), f"the schema rejects {sorted(set(unseen) - set(accepted))}: take them out of UNSEEN"
    assert len(rejected) > 150


# ------------------------------------------------------------------- mutants
VALUES = [0, 1, -1, 2.5, "7/2", "-1/2", "1e-9", "01", "", "abc", "A", "A+B", "*", "shapley", "cost", True, False, None, [], {},
          ["A"], ["A", "B"], [1, 2], {"value": 3}, {"value": "x"}, {"source": "s"}, {"value": 1, "source": "s", "x-y": 2}]
KEYS = ["x-note", "A", "A+B", " B+ A ", "*", "A++B", "+", "D", "id", "goal", "value", "title", "titel", "é", "", "a b", "terms"]


def places(node, path=()):
    yield path
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(inner, path + (key,))


def mutant(sheet, random):
    changed = copy.deepcopy(sheet)
    path = random.choice(list(places(changed))[1:])
    outer = changed
    for step in path[:-1]:
        outer = outer[step]
    kind = random.randrange(4)
    if kind == 0:
        del outer[path[-1]]
    elif kind == 1 and isinstance(outer, dict):
        outer[random.choice(KEYS)] = outer.pop(path[-1])
    elif kind == 2 and isinstance(outer, dict):
        outer[random.choice(KEYS)] = copy.deepcopy(random.choice(VALUES))
    else:
        outer[path[-1]] = copy.deepcopy(random.choice(VALUES))
    return changed


def unknown_for_everybody(sheet, error):
    """Whether everybody's value is null or [low, high]: a schema knows everybody as "*" only"""
    steps = error["pointer"].split("/")
    if error["code"] != "E020" or steps[1:3] != ["model", "values"] or len(steps) < 4:
        return False
    values = sheet["model"]["values"]
    value = values[int(steps[3])] if isinstance(values, list) else values[steps[3]]
    return value is None or isinstance(value, list)


def disagreement(sheet):
    """What the program and the schema do not agree on, or None"""
    errors = reported(sheet)
    form = {error["code"] for error in errors if not unknown_for_everybody(sheet, error)} & FORM
    if form and valid(sheet):
        return f"the program reports {sorted(form)}, the schema nothing"
    if not errors and not valid(sheet):
        return f"the program accepts, the schema says {why(sheet)}"
    return None


def test_mutants():
    print(f"seed {SEED}, {ROUNDS} mutants")
    chance = random.Random(SEED)
    small = [s for _, s in good_sheets() if len(json.dumps(s)) < 2500] + SAMPLES
    mutants = [mutant(chance.choice(small), chance) for _ in range(ROUNDS)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(disagreement, mutants))
    for sheet, words in zip(mutants, found):
        assert words is None, f"{words}: {json.dumps(sheet)}"
    rejected = sum(not valid(sheet) for sheet in mutants)
    assert ROUNDS < 50 or ROUNDS // 5 < rejected < ROUNDS, rejected



if __name__ == "__main__":
    sys.exit(run_tests(globals()))
