"""Cases that are requests to the API: the rule, and the test that shows it."""

from __future__ import annotations

from tests.support.bad_inputs.elsewhere import Elsewhere

_API = "tests/integration/api"
_BAD = f"{_API}/test_bad_input.py"
_WIRE = f"{_API}/test_limits.py"
_HTTP = f"{_API}/test_bad_requests.py"
_SIGN_IN = f"{_API}/test_sign_in.py"

CASES = [
    Elsewhere(
        131,
        "NaN, Infinity, 1e400, half a pair, brackets without end in JSON",
        "422, which does not send it back",
        f"{_BAD}::test_a_body_that_cannot_be_meant_is_refused",
    ),
    Elsewhere(
        132,
        "a wrong, or no, content type",
        "422",
        f"{_BAD}::test_a_body_must_say_that_it_is_json",
    ),
    Elsewhere(
        132,
        "UTF-16, bytes that are no text, packed bytes",
        "400 or 422",
        f"{_BAD}::test_bytes_that_are_no_text_are_refused",
    ),
    Elsewhere(
        133,
        "200 MB, announced",
        "413 before it is read",
        f"{_WIRE}::test_two_hundred_megabytes_are_refused_before_they_are_read",
    ),
    Elsewhere(
        133,
        "parts without end",
        "cut off, 413",
        f"{_API}/test_serving.py::test_a_body_without_end_is_cut_off",
    ),
    Elsewhere(
        133,
        "shorter than announced, in drops",
        "408 after a minute",
        f"{_WIRE}::test_body_that_comes_in_drops_is_refused_in_time",
    ),
    Elsewhere(
        133,
        "two lengths, length and parts, a negative or hexadecimal length",
        "no request; what follows is not read as one",
        f"{_WIRE}::test_case_133_request_whose_length_is_ambiguous_is_no_request",
    ),
    Elsewhere(
        134,
        "multipart with a huge preamble or header, a form of a million fields",
        "refused at once: no route reads forms",
        f"{_HTTP}::test_case_134_forms_are_refused_without_being_read_apart",
    ),
    Elsewhere(
        135,
        "a malformed Host",
        "400, 401 or 403; routes are not chosen by it",
        f"{_HTTP}::test_case_135_host_that_is_none_opens_nothing",
    ),
    Elsewhere(
        136,
        "X-Forwarded-For, Forwarded, X-Real-IP, a foreign Host",
        "401 or 403: a request that was passed on is not from this machine",
        f"{_BAD}::test_only_a_person_at_this_machine_is_the_local_operator",
    ),
    Elsewhere(
        137,
        "a value of a query that holds NUL",
        "400 that names it",
        f"{_BAD}::test_a_query_with_a_value_that_is_no_text_is_refused",
    ),
    Elsewhere(
        137,
        "identifiers in other forms, `..`, NUL, 4 kB, SQL",
        "404 or 422",
        f"{_BAD}::test_an_identifier_is_written_in_one_way",
    ),
    Elsewhere(
        137,
        "another house's identifier",
        "404, as for one that does not exist",
        f"{_API}/test_sharing.py::"
        "test_to_a_stranger_in_any_role_an_object_is_as_one_that_does_not_exist",
    ),
    Elsewhere(
        138,
        "limits, offsets, sort fields, cursors that cannot be meant",
        "400 or 422",
        f"{_BAD}::test_a_query_that_cannot_be_meant_is_refused",
    ),
    Elsewhere(
        138,
        "the cursor of another list",
        "400",
        f"{_BAD}::test_a_cursor_of_another_list_is_refused",
    ),
    Elsewhere(
        139,
        "from after to, equal bounds, a hundred years",
        "422",
        f"{_API}/test_series.py::test_a_question_that_makes_no_sense_is_refused",
    ),
    Elsewhere(
        140,
        "a change of what the house decides",
        "422, nothing is changed",
        f"{_BAD}::test_what_the_house_decides_cannot_be_set",
    ),
    Elsewhere(
        141,
        "the same Idempotency-Key with another body",
        "422 or 409, nothing is done",
        f"{_API}/test_repeats.py::test_the_same_key_for_another_request_is_refused",
    ),
    Elsewhere(
        142,
        "two changes at once with the same ETag",
        "one holds, the other 412",
        f"{_API}/test_races.py::test_of_two_changes_with_the_same_tag_one_is_refused",
    ),
    Elsewhere(
        143,
        "a reason that is empty, too long, turned round, NUL",
        "422 at `#/reason`",
        f"{_BAD}::test_a_reason_is_a_sentence_that_can_be_read",
    ),
    Elsewhere(
        143,
        "markup in a reason",
        "kept as text",
        f"{_BAD}::test_markup_in_a_reason_is_kept_as_text",
    ),
    Elsewhere(
        144,
        "a webhook to http, this machine, a user, another port, a file, a socket",
        "alerts do not start; the variable and the remedy are named",
        "tests/unit/runtime/test_outside.py::"
        "test_s26_case_144_address_that_could_not_be_meant_is_refused_at_the_start",
    ),
    Elsewhere(
        144,
        "inner addresses in any form: link-local, mapped, NAT64, 6to4",
        "not outside",
        "tests/unit/runtime/test_outside.py::"
        "test_s26_case_144_address_of_a_network_of_ours_is_not_outside",
    ),
    Elsewhere(
        144,
        "a name, a decimal or octal number that leads inside",
        "not connected to",
        "tests/integration/alerts/test_outside.py::"
        "test_s26_case_144_name_that_leads_inside_is_not_asked",
    ),
    Elsewhere(
        144,
        "a name that leads elsewhere when it is asked again (DNS rebinding)",
        "the connection goes to the address that was judged",
        "tests/integration/alerts/test_outside.py::"
        "test_s26_name_that_changes_after_it_was_judged_is_not_looked_up_again",
    ),
    Elsewhere(
        144,
        "a redirect",
        "not followed",
        "tests/integration/alerts/test_webhook.py::"
        "test_a_receiver_that_misbehaves_is_bounded_and_not_believed",
    ),
    Elsewhere(
        145,
        "a cell that begins with `=`, `+`, `-` or `@`",
        "text, in the audit's table",
        "tests/unit/cli/test_audit.py::test_s54_text_never_becomes_a_formula",
    ),
    Elsewhere(
        145,
        "the same in a table that a page saves",
        "text",
        "tests/integration/house/test_tables_of_pages.py::"
        "test_s54_table_saved_by_a_page_holds_no_formula",
    ),
    Elsewhere(
        145,
        "the same in the list of shipments that is taken out",
        "text",
        f"{_API}/test_shipment_table.py::"
        "test_the_table_holds_what_the_same_filters_list_and_is_an_entry",
    ),
    Elsewhere(
        146,
        "a token without end, of another issuer or audience, with its end as text",
        "nobody is signed in",
        "tests/unit/api/test_oidc.py::test_s30_token_with_a_wrong_claim_is_refused",
    ),
    Elsewhere(
        146,
        "a token signed by another key, by another algorithm, or not",
        "nobody is signed in",
        "tests/unit/api/test_oidc.py::test_s30_token_of_another_key_or_algorithm_is_refused",
    ),
    Elsewhere(
        146,
        "a token that ends in the year 9999",
        "nobody is signed in: a day at most",
        "tests/unit/api/test_oidc.py::test_s30_token_with_a_wrong_claim_is_refused",
    ),
    Elsewhere(
        146,
        "a token whose head demands an extension (`crit`)",
        "nobody is signed in",
        "tests/unit/api/test_oidc.py::"
        "test_s30_token_with_another_head_is_refused_though_its_signature_holds",
    ),
    Elsewhere(
        146,
        "key confusion: HS256 with the public key as its secret",
        "nobody is signed in",
        "tests/unit/api/test_oidc.py::test_s30_the_public_key_is_no_secret_of_a_mac",
    ),
    Elsewhere(
        147,
        "a key cut short, with spaces, twice",
        "401, which does not send it back",
        f"{_API}/test_access.py::test_what_is_not_exactly_a_key_opens_nothing",
    ),
    Elsewhere(
        147,
        "a key in the query",
        "it opens nothing, and is not sent back",
        f"{_HTTP}::test_case_147_key_in_the_address_opens_nothing",
    ),
    Elsewhere(
        147,
        "a key that was revoked or has ended",
        "401",
        f"{_API}/test_access.py::test_a_revoked_or_ended_key_opens_nothing",
    ),
    Elsewhere(
        147,
        "a key of an organisation that is out",
        "an organisation cannot be revoked as a whole: its keys are revoked and its people"
        " disabled, each of them; from then on 401",
        f"{_SIGN_IN}::test_disabled_person_is_out_at_once_and_a_reset_lets_in_again",
    ),
    Elsewhere(
        148,
        "a change by cookie without token, from another or the `null` origin",
        "403",
        f"{_SIGN_IN}::test_s34_change_that_no_page_of_ours_asked_for_is_refused",
    ),
    Elsewhere(
        149,
        "Last-Event-ID with a second line, of 10 kB, of somebody else",
        "not looked at: a stream begins with a snapshot of what its reader may see",
        f"{_WIRE}::test_case_149_what_a_browser_saw_last_is_not_believed",
    ),
    Elsewhere(
        149,
        "the cursor of another house's list",
        "a place to go on from, and no right: one's own rows behind it, none of theirs",
        f"{_API}/test_sharing.py::test_case_149_cursor_of_another_house_brings_nothing_of_it",
    ),
    Elsewhere(
        150,
        "another method in a header or in the request",
        "405",
        f"{_BAD}::test_a_method_that_a_route_does_not_have_is_refused",
    ),
    Elsewhere(
        150,
        "HEAD and OPTIONS on what changes something",
        "405, nothing is done",
        f"{_HTTP}::test_case_150_asking_about_a_change_makes_none",
    ),
    Elsewhere(
        150,
        "HTTP/1.0, a whole address as target",
        "answered; the address's host is not believed",
        f"{_WIRE}::test_case_150_older_protocol_and_whole_addresses_are_answered",
    ),
]
