// Written by `make generate` from the HTTP interface; do not edit by hand.
// What the API answers and wants, for JSDoc: `@param {Api.Shipment} shipment`.
declare namespace Api {
  /** Taking an alarm: from now on somebody is on it. */
  interface Acknowledge {
    reason?: string | null;
    until?: string | null;
    seen?: Seen | null;
  }
  /** Who has taken the alarm, and until when that holds. */
  interface Acknowledged {
    at: string;
    by: string | null;
    reason: string | null;
    lapses_at: string | null;
    waiting: boolean;
    undoable: boolean;
  }
  /** A condition that asks somebody to act. */
  interface Alarm {
    id: string;
    kind: string;
    group: string;
    priority: number;
    state: "UNACKNOWLEDGED" | "ACKNOWLEDGED" | "RTN_UNACKNOWLEDGED" | "LATCHED" | "SHELVED" | "SHELVED_RETURNED" | "SUPPRESSED_BY_DESIGN" | "CLOSED";
    shipment_id: string | null;
    shipment_reference: string | null;
    box_id: string | null;
    began_at: string;
    raised_at: string;
    returned_at: string | null;
    closed_at: string | null;
    facts: Record<string, any>;
    config: Record<string, any>;
    acknowledged: Acknowledged | null;
    assigned: Assigned | null;
    shelved: Shelved | null;
    shelvable: boolean;
    first_action: string;
    whom_to_call: string;
    call: Callee | null;
    act_by: string;
    called_level: number;
    called_at: string | null;
    revision: number;
    simulated: boolean;
  }
  /** What can be wrong. */
  type AlarmKind = "excursion" | "limit_breach" | "expired" | "deadline_near" | "no_data" | "unconfirmed_silence" | "never_heard" | "overdue_after_landing" | "box_contact" | "early_warning" | "budget_low" | "container_low" | "lid_open" | "tilted" | "shock" | "inspection_open" | "identity_mismatch" | "wrong_box_opened" | "bay_unfit" | "release_unwatched" | "delivery_near" | "battery_low" | "probe_fault" | "calibration_expired" | "clock_suspect" | "key_conflict" | "wrong_place" | "left_site" | "off_route" | "decision_revised" | "paper_lapsing" | "paper_lapsed" | "sign_off_overdue" | "condition_breached" | "emergency_paper_overdue" | "re_export_overdue" | "data_emergency_overdue" | "not_picked" | "broker_down" | "ingest_away" | "server_clock" | "we_are_behind" | "session_lost" | "certificate_ending";
  /** Alarms by the hour beside what one person can look after, and the most frequent ten. */
  interface AlarmLoad {
    bearable_per_hour: number;
    hours: Array<HourOfAlarms>;
    most_frequent: Array<FrequentAlarm>;
  }
  /** One step in an alarm's life. */
  interface AlarmStep {
    move: string;
    at: string;
    recorded_at: string;
    by: string | null;
    reason: string | null;
    until: string | null;
    facts: Record<string, any>;
    screen: string | null;
    state_seen: "UNACKNOWLEDGED" | "ACKNOWLEDGED" | "RTN_UNACKNOWLEDGED" | "LATCHED" | "SHELVED" | "SHELVED_RETURNED" | "SUPPRESSED_BY_DESIGN" | "CLOSED" | null;
    revision_seen: number | null;
    assigned_to: string | null;
  }
  /** A place in a bay held for a shipment. */
  interface Appointment {
    id: string;
    number: string;
    shipment_id: string;
    shipment_reference: string;
    site_id: string;
    bay_id: string;
    bay_name_en: string;
    bay_name_zh: string;
    place: number;
    start: string;
    end: string;
    state: string;
    spare_s_at_booking: number | null;
    booked_at: string;
    booked_by: string | null;
    cancel_reason: string | null;
    revision: number;
    simulated: boolean;
    asked_because: string | null;
    answer_by: string | null;
    answer_level: number;
    follows: string | null;
    move_code: string | null;
    move_minutes: Record<string, number> | null;
    move_reason: string | null;
    bumps: number;
    off_grid: boolean;
    checked_in_at: string | null;
  }
  /** The risk assessment that counts, its conditions as a checklist for the officer. */
  interface Assessment {
    id: string;
    of_plan: boolean;
    assessor: string;
    result: string;
    valid_from: string;
    valid_until: string | null;
    conditions: Array<CheckedCondition>;
  }
  /** Saying whose an alarm is; it stays as unacknowledged as it was. */
  interface Assign {
    to: string | null;
    instead_of?: string | null;
    reason?: string | null;
    seen?: Seen | null;
  }
  /** Whose the alarm is: they were named, and need not have seen it yet. */
  interface Assigned {
    at: string;
    by: string | null;
    to: string | null;
    name: string | null;
    reason: string | null;
  }
  /** Somebody who may be given alarms. */
  interface Assignee {
    person_id: string;
    name: string;
  }
  /** A paper that is attached. */
  interface AttachedPaper {
    use_id: string;
    paper_id: string;
    kind: string;
    number: string;
    subject: string;
    quantity: string | null;
    attached_at: string;
    attached_by: string;
    valid_until: string | null;
    re_export_by: string | null;
    re_exported_at: string | null;
  }
  /** One act: who did what, to what, when, why and from where. */
  interface AuditEntryOut {
    id: number;
    at: string;
    principal_id: string;
    source: string;
    action: string;
    entity: string;
    entity_id: string;
    before: Record<string, any> | null;
    after: Record<string, any> | null;
    reason: string | null;
    position: number | null;
    sealed_at: string | null;
    hash: string | null;
  }
  /** One thing that is wrong with the trail, where it begins. */
  interface AuditFinding {
    fault: "changed" | "removed" | "inserted" | "moved" | "cut_off" | "rewritten" | "anchor" | "signature";
    detail: string;
    position: number | null;
    entry_id: number | null;
  }
  /** How far the trail has come; `entries:hash` is what a check can be held against. */
  interface AuditHead {
    entries: number;
    hash: string;
    taken_at: string;
    notice_id: string;
  }
  /** What was checked, and what is wrong. */
  interface AuditVerification {
    ok: boolean;
    checked_at: string;
    entries: number;
    head: string;
    anchors: number;
    anchored_entries: number;
    last_anchor_at: string | null;
    keyed: boolean;
    unproven: number;
    signatures: number;
    clock_steps: Array<ClockStep>;
    findings: Array<AuditFinding>;
  }
  /** What an authenticator app must know; shown once. */
  interface AuthenticatorApp {
    id: string;
    secret: string;
    address: string;
    picture: string;
  }
  /** An inspection bay. */
  interface Bay {
    bay_id: string;
    name_en: string;
    name_zh: string;
    bay_class: "cold_2_8" | "cryogenic" | "ambient" | "apron" | "remote";
    places: number;
    slot_min: number;
    published_from: string;
    published_until: string;
    revision: number;
    equipment: Array<string>;
    unfit_since: string | null;
    unfit_reason: string | null;
    inspection_min: number | null;
    transfer_min: number;
  }
  /** Something that makes a bay unfit. */
  interface BayFault {
    why: "out_of_range" | "silent" | "no_power";
    box_id: string;
    since: string;
  }
  /** A logger in a bay. */
  interface BayLogger {
    id: string;
    box_id: string;
    low_c: number | null;
    high_c: number | null;
    since: string;
    until: string | null;
    recorded_by: string;
    reason: string | null;
  }
  /** What was published of one bay. */
  interface BayOpenings {
    bay_id: string;
    published: Array<OpenStretch>;
    open: Array<OpenStretch>;
  }
  /** What a bay's loggers say of it. */
  interface BayRoom {
    bay_id: string;
    loggers: Array<BayLogger>;
    temperature_c: number | null;
    measured_at: string | null;
    faults: Array<BayFault>;
    inside: Array<string>;
    booked: Array<string>;
  }
  /** A bay over time: when it is open, which cells are kept, what is held. */
  interface BayTimes {
    bay_id: string;
    open: Array<OpenStretch>;
    reserved: Array<ProposedSlot>;
    appointments: Array<Appointment>;
  }
  /** One thing that keeps the shipment from being released; nothing else is kept from it. */
  interface Blocker {
    kind: "declaration" | "paper" | "regime" | "sign_off" | "assessment" | "condition";
    what: string;
    name_en: string | null;
    name_zh: string | null;
    why: string;
    who: string;
    rule_id: string;
    since: string;
  }
  /** A booking as it stands here, for the other side. */
  interface BookingOut {
    message_id: string;
    message: "booking";
    booking: string;
    version: number;
    state: "held" | "cancelled";
    shipment_reference: string;
    bay_id: string;
    start: string;
    life: string;
  }
  /** The bookings of a site in a stretch of time. */
  interface BookingsOut {
    form: string;
    messages: Array<BookingOut>;
  }
  /** What is stored of the log of one boot; the box's receipt says the same. */
  interface BootLog {
    boot: string;
    start_seq: number;
    contiguous: number;
    missing: Array<Hole>;
    first_received_at: string;
    last_received_at: string;
  }
  /** A registered box. */
  interface Box {
    box_id: string;
    shard: number;
    topics: BoxTopics;
    kind: "box" | "room";
    simulated: boolean;
    model: string | null;
    report_interval_s: number;
    registered_at: string;
    retired_at: string | null;
    revision: number;
    last_received_at: string | null;
    certificate_ends_at: string | null;
    grade: "receipted" | "acknowledged" | "best_effort" | null;
    battery_pct: number | null;
    calibrated_until: string | null;
    shipment: BoxShipment | null;
  }
  /** A certificate of a box. */
  interface BoxCertificate {
    fingerprint: string;
    box_id: string;
    serial: string;
    issuer: string;
    state: "holds" | "early" | "ended" | "revoked";
    not_before: string;
    not_after: string;
    recorded_at: string;
    recorded_by: string;
    revoked_at: string | null;
    revoke_reason: string | null;
  }
  /** Something the box told beside its readings. */
  interface BoxEvent {
    t: string;
    kind: string;
    detail: Record<string, any> | null;
  }
  /** The latest boots of a box and the gaps in their logs. */
  interface BoxLogs {
    box_id: string;
    items: Array<BootLog>;
  }
  /** The shipment in a box, by its name. */
  interface BoxShipment {
    id: string;
    reference: string;
  }
  /** The topics of one box. */
  interface BoxTopics {
    telemetry: string;
    senml: string;
    event: string;
    status: string;
    receipt: string;
    command: string;
  }
  /** A calibration record; it is never changed, a wrong one is entered anew. */
  interface Calibration {
    calibration_id: string;
    probe_id: string;
    points: Array<CalibrationPointOut>;
    certificate: string;
    valid_from: string;
    valid_until: string;
    recorded_at: string;
    recorded_by: string;
  }
  /** One line of a certificate. */
  interface CalibrationPoint {
    read_c: number;
    true_c: number;
  }
  /** One line of a certificate. */
  interface CalibrationPointOut {
    read_c: number;
    true_c: number;
  }
  /** Who is called when nobody takes an alarm of this priority. */
  interface CallChain {
    priority: number;
    steps: Array<CallStep>;
    again_min: number | null;
  }
  /** Who is told, so long after an alarm began to sound. */
  interface CallStep {
    after_min: number;
    audience: string;
  }
  /** Somebody to call, from the contacts of the shipment. */
  interface Callee {
    role: string;
    name: string;
    phone: string;
    hours: string | null;
  }
  /** Why an appointment is given back. */
  interface Cancellation {
    reason: string;
  }
  /** A new password, and the present one as proof. */
  interface ChangePassword {
    current: string;
    password: string;
  }
  /** Other roles or another name; what is left out stays. */
  interface ChangePerson {
    name?: string | null;
    roles?: Array<"operator" | "customs_officer" | "qa_assessor" | "qa_approver" | "auditor" | "administrator" | "service" | "applicant" | "shipper" | "consignee" | "supervising_authority" | "device"> | null;
    reason: string;
  }
  /** The box is at the bay. */
  interface CheckIn {
    at?: string | null;
  }
  /** A condition of the assessment, and the newest look at it. */
  interface CheckedCondition {
    name: string;
    text: string;
    outcome: "kept" | "breached" | "waived" | null;
    checked_at: string | null;
    checked_by: string | null;
  }
  /** A checklist in one version. */
  interface Checklist {
    template_id: string;
    version: number;
    document: Record<string, any>;
    created_at: string;
    created_by: string;
  }
  /** One thing to look at, with its answer. */
  interface ChecklistItem {
    key: string;
    section: "identity" | "temperature" | "documents" | "physical" | "decision";
    text_en: string;
    text_zh: string;
    required: boolean;
    answer: "passed" | "failed" | "not_applicable" | null;
    note: string | null;
    by: string | null;
    at: string | null;
  }
  /** Every checklist in every version. */
  interface Checklists {
    items: Array<Checklist>;
  }
  /** Papers, sign-offs, conditions: what stands, what is missing and who has it. A part that the reader's department does not see is null. */
  interface Clearance {
    shipment_id: string;
    reference: string;
    stage: "ready" | "waiting_for_papers" | "emergency" | "emergency_overdue";
    as_of: string;
    zone: string;
    arrival_at: string | null;
    revision: number;
    blockers: Array<Blocker>;
    parties: Parties | null;
    goods: Declaration | null;
    papers: Array<NeededPaper> | null;
    attached: Array<AttachedPaper> | null;
    waived: Array<WaivedPaper>;
    regime: UsedRegime | null;
    sign_offs: Array<SignOff>;
    assessment: Assessment | null;
    emergency: EmergencyRelease | null;
    signatures: Array<Signature>;
    signs_for: Array<"customs" | "health" | "drug_authority" | "district" | "science_technology" | "company">;
    officer_grade: number | null;
  }
  /** What one shipment still needs for its release, and who has it. A part that the reader's department does not see is null. */
  interface ClearanceLine {
    shipment_id: string;
    reference: string;
    stage: "ready" | "waiting_for_papers" | "emergency" | "emergency_overdue";
    arrival_at: string | null;
    blockers: Array<Blocker>;
    lapsing: Array<string> | null;
    sign_offs: Array<SignOff>;
    emergency: EmergencyRelease | null;
  }
  /** A place where the clock of the database went back. */
  interface ClockStep {
    position: number;
    seconds: number;
  }
  /** A time in which a bay takes nobody. */
  interface Closure {
    closure_id: string;
    bay_id: string;
    start: string;
    end: string;
    reason: string;
    withdrawn_at: string | null;
  }
  /** The closures of a site's bays that are not over. */
  interface Closures {
    items: Array<Closure>;
  }
  /** A code of six digits, or a recovery code. */
  interface Code {
    code: string;
  }
  /** A fresh proof that it is still the same person, for one signature. */
  interface Confirmation {
    password?: string | null;
    code?: string | null;
  }
  /** Publish a day or a week again, on the site's clock. */
  interface CopyOpenings {
    day: string;
    unit: "day" | "week";
    times: number;
    bays?: Array<string>;
  }
  /** Where customs stands with the shipment. "Released" alone is said nowhere. */
  interface CustomsStanding {
    inspection_id: string;
    number: number;
    state: string;
    at: string;
    revision: number;
    deliver_by: string | null;
    leave_by: string | null;
  }
  /** What was decided about one transfer. */
  interface DataDecision {
    decision_no: number;
    at: string;
    principal_id: string;
    organisation_id: string | null;
    country: string | null;
    purpose: "reading" | "notice" | "export" | "sharing" | "emergency" | "clinical_trial" | "pharmacovigilance" | "enquiry" | "complaint" | "vendors";
    about: string;
    classes: Array<"none" | "personal" | "sensitive" | "human_genetic" | "important">;
    held_back: Array<string>;
    persons: Record<string, number>;
    rule_id: string;
    outcome: "exempt" | "contract" | "assessment" | "denied";
    passed: boolean;
    words: string;
  }
  /** What somebody entered. */
  interface DataEntry {
    entry_id: string;
    kind: "rule" | "instrument" | "emergency";
    document: Record<string, any>;
    organisation_id: string | null;
    reason: string;
    entered_at: string;
    entered_by: string;
    due_on: string | null;
    overdue: boolean;
    settled_at: string | null;
    settled_by: string | null;
    settled_reference: string | null;
    withdrawn_at: string | null;
    withdrawn_by: string | null;
    withdrawn_reason: string | null;
    signatures: Array<Signature>;
  }
  /** The lists side by side, and what was laid over them. */
  interface DataRules {
    lists: Array<Record<string, any>>;
    rules: Array<Record<string, any>>;
    counts: Record<string, number>;
    year: number;
  }
  /** Where somebody reads, and what of an answer reaches them there. */
  interface DataStanding {
    home: string;
    country: string | null;
    abroad: boolean;
    rulings: Array<Ruling>;
    contact: string;
  }
  /** What was decided, and the appointment that came of it. */
  interface Decided {
    answer: string;
    appointment: Appointment | null;
  }
  /** What two people decided, and the instant until which they had seen everything. */
  interface DecidedDisposition {
    value: "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED";
    assessed_by: string;
    decided_by: string;
    decided_at: string;
    decided_through: string;
    reason: string;
    evidence_sha256: string;
    superseded_at: string | null;
    overtaken: boolean;
  }
  /** What a shipment is declared as. */
  interface Declaration {
    item: string;
    direction: "in" | "out";
    purpose: string;
    risk_class: string | null;
    human_genetic: boolean;
    temporary: boolean;
    boxes: boolean;
    first_entry: boolean;
    origin: string | null;
    destination: string | null;
    air_waybill: string | null;
    donation_number: string | null;
    coi_id: string | null;
    declared_at: string;
    declared_by: string;
  }
  /** A shipment that customs does not inspect: it counts down to its delivery. */
  interface DeliverBy {
    shipment_id: string;
    reference: string;
    deliver_by: string | null;
  }
  /** One channel's copy of a notice, and what became of it. */
  interface Delivery {
    channel: string;
    state: "pending" | "delivered" | "given_up";
    attempts: number;
    next_try_at: string | null;
    delivered_at: string | null;
    last_error: string | null;
    courier_done_at: string | null;
  }
  /** A departure from what was meant, and what quality assurance makes of it. */
  interface Deviation {
    id: string | null;
    number: number | null;
    state: "DETECTED" | "ACKNOWLEDGED" | "UNDER_ASSESSMENT" | "DISPOSITIONED" | "CLOSED";
    shipment_id: string;
    shipment_reference: string;
    payload_id: string;
    payload_reference: string;
    description: string | null;
    detected_at: string;
    opened_by: string | null;
    proposal: "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED" | null;
    assessed_by: string | null;
    assessed_at: string | null;
    evidence_sha256: string | null;
    disposition: DecidedDisposition | null;
    steps: Array<DeviationStep>;
    simulated: boolean;
    revision: number;
  }
  /** What was done, by whom, when and why. */
  interface DeviationStep {
    move: string;
    state: string;
    by: string;
    at: string;
    reason: string;
    facts: Record<string, any>;
  }
  /** Ending somebody's access; their name stays in the entries. */
  interface DisablePerson {
    reason: string;
  }
  /** A stay in a box whose readings would go. */
  interface DueStay {
    shipment_id: string;
    reference: string;
    box_id: string;
    begin: string;
    end: string;
    closed_at: string;
    due_at: string;
    readings: number;
  }
  /** A release before the paper. */
  interface EmergencyRelease {
    id: string;
    basis_id: string;
    papers: Array<string>;
    state: "GRANTED" | "OVERDUE" | "MADE_UP" | "REVOKED";
    granted_by: string;
    officer_grade: number;
    granted_at: string;
    due_on: string;
    reason: string;
  }
  /** The end of an emergency release. */
  interface EmergencyStep {
    move: "make_up" | "revoke";
    reason: string;
  }
  /** It stands for nothing from now on. */
  interface EndEntry {
    reason: string;
  }
  /** A logger that is taken out of its bay. */
  interface EndOfLogger {
    box_id: string;
    reason: string;
  }
  /** A mark that is wrong, or no longer there. */
  interface EndOfMark {
    mark: "seal" | "identity_code";
    code: string;
    reason: string;
  }
  /** Signing somebody out; their access stays. */
  interface EndSessions {
    session_id?: string | null;
    reason: string;
  }
  /** One outcome a message, in the order in which they were sent. */
  interface ExchangeAnswer {
    outcomes: Array<MessageOutcome>;
  }
  /** Messages of the other side, in any order. */
  interface ExchangeRequest {
    form: "coldlane-exchange/1";
    messages: Array<Record<string, any>>;
  }
  /** One line: the rule and its minutes, never another shipment or firm. */
  interface Explanation {
    code: string;
    minutes: Record<string, number>;
    en: string;
    zh: string;
  }
  /** Something a person proves themselves with. */
  interface Factor {
    id: string;
    kind: "totp" | "passkey";
    name: string;
    created_at: string;
    last_used_at: string | null;
  }
  /** My second factors. */
  interface Factors {
    items: Array<Factor>;
    recovery_codes_left: number;
  }
  /** Whether a bay can take inspections. */
  interface Fitness {
    fit: boolean;
    reason: string;
  }
  /** Why somebody is forgotten. */
  interface Forget {
    reason: string;
  }
  /** A condition that comes again and again: its kind, and on what. */
  interface FrequentAlarm {
    kind: string;
    priority: number;
    shipment_id: string | null;
    shipment_reference: string | null;
    box_id: string | null;
    raised: number;
    last_raised_at: string;
  }
  /** A key at the one moment when it is shown. */
  interface FreshKey {
    id: string;
    prefix: string;
    principal_id: string;
    kind: "person" | "machine" | "service";
    name: string;
    organisation: string | null;
    role: string;
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    revoke_reason: string | null;
    key: string;
  }
  /** A link as it is made. */
  interface FreshLink {
    id: string;
    shipment_id: string;
    made_for: string;
    created_by: string | null;
    created_at: string;
    ends_at: string;
    holds: boolean;
    revoked_at: string | null;
    revoke_reason: string | null;
    path: string;
  }
  /** A stretch without readings longer than the box's rhythm allows. */
  interface Gap {
    from: string;
    to: string;
  }
  /** A shipment is shared with an organisation. */
  interface Grant {
    id: string;
    shipment_id: string;
    organisation: string;
    party: "owner" | "applicant" | "shipper" | "carrier" | "customs_site" | "consignee" | "authority" | "sponsor" | "auditor";
    starts_at: string | null;
    ends_at: string | null;
    in_force: boolean;
    granted_by: string | null;
    granted_at: string;
    reason: string | null;
    appointment_id: string | null;
    revoked_at: string | null;
    revoked_by: string | null;
    revoke_reason: string | null;
  }
  /** Somebody took the shift over. */
  interface Handover {
    handover_id: string;
    taken_at: string;
    taken_by: string;
    seen: SeenTable;
  }
  /** It is well; anything else is a problem body. */
  interface Health {
    status: "ok";
  }
  /** Numbers that are missing, both ends included. */
  interface Hole {
    first: number;
    last: number;
  }
  /** The alarms that were raised within one hour. */
  interface HourOfAlarms {
    start: string;
    raised: number;
    urgent: number;
  }
  /** A seal or a code, from when to when. */
  interface IdentityMark {
    id: string;
    mark: string;
    code: string;
    payload_id: string | null;
    entered_at: string;
    entered_by: string;
    ended_at: string | null;
    ended_by: string | null;
    reason: string | null;
  }
  /** All marks of a shipment, oldest first. */
  interface IdentityMarks {
    items: Array<IdentityMark>;
  }
  /** One look of an officer at a shipment. */
  interface Inspection {
    id: string;
    number: number;
    shipment_id: string;
    shipment_reference: string;
    simulated: boolean;
    appointment_id: string | null;
    site_id: string;
    bay_id: string | null;
    follows: string | null;
    mode: "in_cold_store" | "no_open" | "open_cold_bay" | "remote_video" | "document_only";
    may_open: boolean;
    no_xray: boolean;
    state: "OPEN" | "WAITING_FOR_PAPERS" | "CUSTOMS_CLEARED" | "RECHECK_ORDERED" | "RETURN_ORDERED" | "DESTRUCTION_ORDERED" | "VOID";
    claimed_by: string;
    claimed_at: string;
    begun_at: string;
    due_end_at: string;
    ended_at: string | null;
    decided_by: string | null;
    decided_at: string | null;
    record_sha256: string | null;
    template_id: string;
    template_version: number;
    checklist: Array<ChecklistItem>;
    expected: Record<string, Array<string>>;
    scans: Array<InspectionScan>;
    mismatch: Array<string>;
    photos: Array<Photo>;
    entries: Array<InspectionEntry>;
    lid: LidUse;
    blockers: Array<string>;
    revision: number;
  }
  /** One thing that was entered. */
  interface InspectionEntry {
    kind: "check" | "finding" | "seal" | "photo" | "move";
    facts: Record<string, any>;
    by: string;
    at: string;
  }
  /** Whether customs wants to inspect. */
  interface InspectionOrder {
    ordered: "not_yet" | "yes" | "no";
    reason?: string | null;
  }
  /** A scan, and whether it was what it should have been. */
  interface InspectionScan {
    mark: "box" | "seal" | "identity_code";
    place: "terminal" | "bay";
    code: string;
    expected: Array<string>;
    matches: boolean | null;
    by: string;
    at: string;
  }
  /** Somebody with the link that lets them in once. */
  interface Invited {
    person_id: string;
    name: string;
    organisation: string | null;
    roles: Array<string>;
    state: "invited" | "active" | "disabled";
    second_factors: Array<string>;
    signed_in_at: string | null;
    created_at: string;
    created_by: string;
    link: string;
    link_ends_at: string;
  }
  /** A message as it is kept. */
  interface KeptExchange {
    message_id: string | null;
    outcome: "taken" | "waiting" | "overtaken" | "refused";
    field: string | null;
    detail: string | null;
    remedy: string | null;
    ignored?: Array<string>;
    content: Record<string, any>;
    sha256: string;
    object_id: string | null;
    repeats: number;
    received_at: string;
    last_received_at: string;
    received_from: string;
  }
  /** A stay outside the label that outlasted the on-delay. */
  interface KeptExcursion {
    side: string;
    began_at: string;
    returned_at: string | null;
  }
  /** Safe until `p10` nine times in ten; likely until `p50`. */
  interface KeptUntil {
    p10: string;
    p50: string;
  }
  /** A verdict as it was kept; nothing in it is ever changed. */
  interface KeptVerdict {
    id: number;
    payload_id: string;
    payload_reference: string;
    revision: number;
    supersedes: number | null;
    reason: string;
    as_of: string;
    recorded_at: string;
    model_version: string;
    inputs_hash: string;
    condition: string;
    evidence: string;
    qa_hold: boolean;
    in_label_until: string | null;
    viable_until: KeptUntil | null;
    binding_constraint: string | null;
    excursions: Array<KeptExcursion>;
    summary: Record<string, any>;
  }
  /** A key, without the key itself. */
  interface Key {
    id: string;
    prefix: string;
    principal_id: string;
    kind: "person" | "machine" | "service";
    name: string;
    organisation: string | null;
    role: string;
    created_at: string;
    created_by: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
    revoke_reason: string | null;
  }
  /** Readings that came so late that they were judged again. */
  interface LateStretch {
    from: string;
    to: string;
    received_at: string;
  }
  /** One stretch of the way. */
  interface Leg {
    id: string;
    ordinal: number;
    mode: "road" | "air" | "rail" | "sea" | "handover";
    carrier_number: string | null;
    from_code: string;
    from_lat: number;
    from_lon: number;
    to_code: string;
    to_lat: number;
    to_lon: number;
    radio_off: boolean;
    status: "planned" | "departed" | "landed" | "offloaded" | "diverted" | "cancelled";
    planned_departure: string;
    estimated_departure: string | null;
    actual_departure: string | null;
    planned_arrival: string;
    estimated_arrival: string | null;
    actual_arrival: string | null;
    revision: number;
  }
  /** News about a leg; what is left out stays. */
  interface LegChange {
    estimated_departure?: string | null;
    actual_departure?: string | null;
    estimated_arrival?: string | null;
    actual_arrival?: string | null;
    status?: "planned" | "departed" | "landed" | "offloaded" | "diverted" | "cancelled";
  }
  /** Minutes with an open lid, from the box's own readings; late ones move them. */
  interface LidUse {
    inspection_s: number;
    inspections_s: number;
    handling_s: number;
    allowance_s: number | null;
    allowance_source: string | null;
    open_since: string | null;
  }
  /** One reading or event as it is stored, never thinned out. */
  interface LogEntry {
    boot: string;
    seq: number;
    t: string | null;
    placed_at: string | null;
    received_at: string;
    event: string | null;
    temp_c: number | null;
    probe: string | null;
    detail: Record<string, any> | null;
  }
  /** Why somebody must know whose it is. */
  interface LookUp {
    purpose: "treatment" | "identity_check" | "adverse_event" | "complaint" | "patient_request";
    reason: string;
  }
  /** Who asks. */
  interface Me {
    principal_id: string;
    kind: string;
    name: string;
    organisation: string | null;
    roles: Array<string>;
    language: string | null;
    zone: string | null;
    session: MySession | null;
  }
  /** A firm in a regime. */
  interface Membership {
    membership_id: string;
    regime: string;
    firm: string;
    item: string | null;
    valid_from: string;
    valid_until: string | null;
    reference: string;
    entered_at: string;
    entered_by: string;
  }
  /** What came of one message. */
  interface MessageOutcome {
    message_id: string | null;
    outcome: "taken" | "waiting" | "overtaken" | "refused";
    field: string | null;
    detail: string | null;
    remedy: string | null;
    ignored?: Array<string>;
  }
  /** The session that this page is open in. */
  interface MySession {
    id: string;
    level: "second" | "enrol" | "full";
    idle_ends_at: string;
    ends_at: string;
    server_time: string;
  }
  /** How the pages speak to me; what is left out stays. */
  interface MySettings {
    language?: "en" | "zh" | null;
    zone?: string | null;
  }
  /** A paper that a rule asks for, and what stands of it. */
  interface NeededPaper {
    paper: string;
    subject: string;
    state: "valid" | "lapsing" | "not_yet" | "lapsed" | "missing";
    since: string;
    ends_at: string | null;
    number: string | null;
    who: string;
    rule_id: string;
  }
  /** A request to hold a place in a bay. */
  interface NewAppointment {
    shipment_id: string;
    bay_id: string;
    start: string;
    minutes?: number | null;
    late_reason?: string | null;
  }
  /** From when on a payload was in which box; may be entered late. */
  interface NewAssignment {
    payload_id: string;
    box_id: string;
    from: string;
    to?: string | null;
    reason: string;
  }
  /** An inspection bay with the grid of slots it publishes. */
  interface NewBay {
    bay_id: string;
    name_en: string;
    name_zh: string;
    bay_class: "cold_2_8" | "cryogenic" | "ambient" | "apron" | "remote";
    places?: number;
    slot_min?: number;
    published_from?: string | null;
    published_until?: string | null;
    equipment?: Array<string>;
    inspection_min?: number | null;
    transfer_min?: number;
  }
  /** A box, or a room's logger, that may publish from now on. */
  interface NewBox {
    box_id: string;
    kind?: "box" | "room";
    simulated?: boolean;
    model?: string | null;
    report_interval_s?: number;
    probes?: Array<NewProbe>;
    owner?: string | null;
  }
  /** Boxes that are registered together, all or none. */
  interface NewBoxes {
    boxes: Array<NewBox>;
  }
  /** A certificate as it is entered. One point is an offset that holds everywhere. */
  interface NewCalibration {
    points: Array<CalibrationPoint>;
    certificate: string;
    valid_from: string;
    valid_until: string;
  }
  /** A certificate that was issued to the box. Recording it lets nobody in: the broker decides. */
  interface NewCertificate {
    certificate: string;
  }
  /** An answer to an item of the checklist; a later one takes the place of an earlier one. */
  interface NewCheck {
    key: string;
    answer: "passed" | "failed" | "not_applicable";
    note?: string | null;
  }
  /** A checklist, or the next version of one. A version never changes. */
  interface NewChecklist {
    template_id: string;
    name_en: string;
    name_zh: string;
    source: string;
    items: Array<NewChecklistItem>;
  }
  /** One thing to look at. */
  interface NewChecklistItem {
    key: string;
    section: "identity" | "temperature" | "documents" | "physical" | "decision";
    text_en: string;
    text_zh: string;
    modes: Array<"in_cold_store" | "no_open" | "open_cold_bay" | "remote_video" | "document_only">;
    required?: boolean;
    opens?: boolean;
    xray?: boolean | null;
  }
  /** A time in which a bay takes nobody, or days on which a site is shut. */
  interface NewClosure {
    bay_id?: string | null;
    from?: string | null;
    to?: string | null;
    days?: Array<string>;
    reason: string;
  }
  /** A condition of an assessment. */
  interface NewCondition {
    name: string;
    text: string;
  }
  /** A look at one condition. */
  interface NewConditionCheck {
    condition: string;
    outcome: "kept" | "breached" | "waived";
    note?: string | null;
  }
  /** Whom to call. */
  interface NewContact {
    role: string;
    name: string;
    phone: string;
    hours?: string | null;
  }
  /** A rule to be laid over the lists; it weighs more than they do. */
  interface NewDataRule {
    outcome: "exempt" | "contract" | "assessment" | "denied";
    classes: Array<"none" | "personal" | "sensitive" | "human_genetic" | "important">;
    purposes?: Array<"reading" | "notice" | "export" | "sharing" | "emergency" | "clinical_trial" | "pharmacovigilance" | "enquiry" | "complaint" | "vendors">;
    countries?: Array<string>;
    persons_from?: number;
    persons_below?: number | null;
    settled_by?: Array<"standard_contract" | "certification" | "security_assessment" | "filing" | "hgr_report">;
    because_en: string;
    because_zh: string;
    source: string;
    grade: "S" | "K" | "O";
    valid_from?: string | null;
    valid_until?: string | null;
    reason: string;
  }
  /** What the goods are before the law and how they cross the border. No patient data. */
  interface NewDeclaration {
    applicant: string;
    item: string;
    direction: "in" | "out";
    purpose: "research" | "testing" | "trial" | "treatment" | "sale";
    risk_class?: string | null;
    regime?: string | null;
    human_genetic?: boolean;
    temporary?: boolean;
    boxes?: boolean;
    first_entry?: boolean;
    origin?: string | null;
    destination?: string | null;
    air_waybill?: string | null;
    donation_number?: string | null;
    coi_id?: string | null;
  }
  /** Taking a payload that is on hold, or entering what a person saw. */
  interface NewDeviation {
    payload_id: string;
    description: string;
  }
  /** Somebody answers for it that a recipient abroad sees more, for some hours. */
  interface NewEmergency {
    organisation: string;
    classes: Array<"none" | "personal" | "sensitive" | "human_genetic" | "important">;
    ends_at: string;
    reason: string;
  }
  /** A release before the paper. */
  interface NewEmergencyRelease {
    basis_id: string;
    due_on: string;
    reason: string;
  }
  /** A second factor to take. */
  interface NewFactor {
    name: string;
  }
  /** Something that an officer found. */
  interface NewFinding {
    text: string;
    severity: "note" | "minor" | "major";
  }
  /** Sharing a shipment: what belongs to it can be seen by the organisation's people. */
  interface NewGrant {
    organisation: string;
    party: "applicant" | "shipper" | "carrier" | "customs_site" | "consignee" | "authority" | "sponsor" | "auditor";
    starts_at?: string | null;
    ends_at?: string | null;
    reason: string;
  }
  /** The person that a payload is of. */
  interface NewIdentity {
    name: string;
    number?: string | null;
    phone?: string | null;
    reason?: string | null;
  }
  /** Beginning an inspection: from now on it is this officer's. */
  interface NewInspection {
    mode?: "in_cold_store" | "no_open" | "open_cold_bay" | "remote_video" | "document_only" | null;
    bay_id?: string | null;
    template_id?: string;
  }
  /** A decision, or what else an officer does with the record. Decisions are signatures. */
  interface NewInspectionMove {
    move: "take_over" | "clear" | "wait_for_papers" | "order_recheck" | "order_return" | "order_destruction" | "void";
    reason?: string | null;
    onward?: OnwardWay | null;
  }
  /** A contract, certificate, assessment, filing or report that stands with a recipient. */
  interface NewInstrument {
    organisation: string;
    kind: "standard_contract" | "certification" | "security_assessment" | "filing" | "hgr_report";
    number: string;
    classes: Array<"none" | "personal" | "sensitive" | "human_genetic" | "important">;
    purposes: Array<"reading" | "notice" | "export" | "sharing" | "emergency" | "clinical_trial" | "pharmacovigilance" | "enquiry" | "complaint" | "vendors">;
    persons_most?: number | null;
    valid_from: string;
    valid_until: string;
    reason: string;
  }
  /** A key for one role. With `person` its holder is that person, else a machine. */
  interface NewKey {
    organisation: string;
    role: "operator" | "customs_officer" | "qa_assessor" | "qa_approver" | "auditor" | "administrator" | "service" | "applicant" | "shipper" | "consignee" | "supervising_authority" | "device";
    name: string;
    person?: string | null;
    country?: string | null;
    box?: string | null;
    expires_at?: string | null;
    valid_for_h?: number | null;
  }
  /** One stretch of the way. */
  interface NewLeg {
    mode: "road" | "air" | "rail" | "sea" | "handover";
    carrier_number?: string | null;
    from_code: string;
    from_lat: number;
    from_lon: number;
    to_code: string;
    to_lat: number;
    to_lon: number;
    planned_departure: string;
    planned_arrival: string;
    radio_off?: boolean;
  }
  /** A link for somebody who has no account. */
  interface NewLink {
    made_for: string;
    hours?: number;
  }
  /** A room's logger that watches a bay from now on. */
  interface NewLogger {
    box_id: string;
    low_c?: number | null;
    high_c?: number | null;
  }
  /** A seal, or a chain-of-identity code: what a scan is compared with. No patient's name. */
  interface NewMark {
    mark: "seal" | "identity_code";
    code: string;
    payload_id?: string | null;
  }
  /** A firm in a regime, on a list or in a directory. */
  interface NewMembership {
    regime: string;
    firm: string;
    item?: string | null;
    valid_from: string;
    valid_until?: string | null;
    reference: string;
  }
  /** Something that happened on the way. */
  interface NewMilestone {
    kind: "packed" | "departed" | "landed" | "offloaded" | "diverted" | "leg_cancelled" | "picked" | "handed_over" | "received" | "cancelled" | "returned" | "destroyed" | "closed";
    leg_id?: string | null;
    occurred_at: string;
    note?: string | null;
  }
  /** A time in which a bay takes inspections. */
  interface NewOpening {
    bay_id: string;
    from: string;
    to: string;
  }
  /** A firm or an authority whose people and machines use this installation. */
  interface NewOrganisation {
    organisation_id: string;
    name: string;
    country: string;
    kind: "applicant" | "shipper" | "consignee" | "operator" | "customs_site" | "supervising_authority" | "sponsor" | "auditor" | "platform";
    data_lists?: Array<string>;
  }
  /** A paper as it was issued. Number, length and write-off are checked against its kind. */
  interface NewPaper {
    kind: string;
    number: string;
    holder: string;
    risk_class?: string | null;
    write_off?: "single" | "batch" | null;
    quantity?: string | null;
    unit?: string | null;
    valid_from?: string | null;
    valid_until?: string | null;
    re_export_by?: string | null;
  }
  /** A rule of a sponsor or a site, in the form of the shipped ones. */
  interface NewPaperRule {
    document: Record<string, any>;
    reason: string;
  }
  /** Attaching a paper to a shipment, and drawing from it when it is counted. */
  interface NewPaperUse {
    paper_id: string;
    subject?: "goods" | "boxes";
    quantity?: string | null;
  }
  /** A passkey to take. */
  interface NewPasskey {
    credential: Record<string, any>;
    name: string;
  }
  /** A bag or cassette, the box it travels in, and its clocks. */
  interface NewPayload {
    reference: string;
    box_id: string;
    collection_end?: string | null;
    pack_closed_at?: string | null;
    container_charged_at?: string | null;
    assigned_from?: string | null;
  }
  /** Somebody who may sign in. */
  interface NewPerson {
    person_id: string;
    name: string;
    organisation: string;
    roles: Array<"operator" | "customs_officer" | "qa_assessor" | "qa_approver" | "auditor" | "administrator" | "service" | "applicant" | "shipper" | "consignee" | "supervising_authority" | "device">;
    country?: string | null;
  }
  /** A probe that sits in the box from its registration on. */
  interface NewProbe {
    probe_id: string;
    kind?: "payload" | "lid" | "ambient" | "coolant";
  }
  /** A profile, or a new version of one. What it does not say is taken from its beginning. Each number is an object of value, unit, source, grade (`S`, `K`, `O`), basis (`label`, `sponsor_validated`, `literature_proxy`), and optionally url and switched_on. */
  interface NewProfile {
    profile_id: string;
    template?: string | null;
    base_profile_id?: string | null;
    base_version?: number | null;
    name_en?: string | null;
    name_zh?: string | null;
    clock_start?: "collection_end" | "pack_closed_at" | null;
    numbers?: Record<string, any>;
    bands?: Array<Record<string, any>> | null;
    rate_table?: Record<string, any> | null;
    container?: "dry_shipper" | "passive_box" | null;
    reason?: string | null;
  }
  /** To judge a live shipment by another profile version. */
  interface NewProfileMove {
    profile_id: string;
    profile_version?: number | null;
    reason: string;
  }
  /** A version as it would be, once somebody else has approved it. */
  interface NewProfileProposal {
    profile_id: string;
    template?: string | null;
    base_profile_id?: string | null;
    base_version?: number | null;
    name_en?: string | null;
    name_zh?: string | null;
    clock_start?: "collection_end" | "pack_closed_at" | null;
    numbers?: Record<string, any>;
    bands?: Array<Record<string, any>> | null;
    rate_table?: Record<string, any> | null;
    container?: "dry_shipper" | "passive_box" | null;
    reason: string;
  }
  /** A sponsor's dated rule. Without one, readings are kept for ever. */
  interface NewRetentionRule {
    sponsor: string;
    keep_days: number;
    effective_from: string;
    reference: string;
    reason: string;
  }
  /** A risk assessment of a shipment, or of an annual plan. */
  interface NewRiskAssessment {
    shipment_id?: string | null;
    paper_id?: string | null;
    assessor: string;
    result: "accepted" | "accepted_with_conditions" | "refused";
    conditions?: Array<NewCondition>;
    valid_from: string;
    valid_until?: string | null;
  }
  /** A way under customs control to a supervised site. */
  interface NewRoute {
    to_site_id: string;
    transfer_min: number;
    direct_distribution?: boolean;
  }
  /** What was scanned. */
  interface NewScan {
    mark: "box" | "seal" | "identity_code";
    code: string;
  }
  /** The seal that is on the box from now on; the one that was cut ends. */
  interface NewSeal {
    code: string;
  }
  /** Something the next shift must know. */
  interface NewShiftNote {
    words: string;
    due_at?: string | null;
    shipment_id?: string | null;
  }
  /** A shipment with its payloads, its way and its deadlines. */
  interface NewShipment {
    reference: string;
    product: string;
    profile_id: string;
    profile_version?: number | null;
    site_id: string;
    shipper?: string | null;
    consignee?: string | null;
    needed_by?: string | null;
    needed_by_attested_by?: string | null;
    cut_off?: string | null;
    inspection_mode?: "in_cold_store" | "no_open" | "open_cold_bay" | "remote_video" | "document_only";
    no_open?: boolean;
    no_xray?: boolean;
    simulated?: boolean;
    needs_equipment?: Array<string>;
    payloads: Array<NewPayload>;
    legs?: Array<NewLeg>;
    contacts?: Array<NewContact>;
    owner?: string | null;
  }
  /** Something that whoever follows the shipment should know; it is never changed. */
  interface NewShipmentNote {
    words: string;
  }
  /** One move of a department's step. */
  interface NewSignOffStep {
    move: "give" | "send_back" | "refuse" | "answer" | "withdraw";
    reason: string;
  }
  /** An inspection site. */
  interface NewSite {
    hours?: Array<OpenHours> | null;
    reserve_share?: number;
    reserve_until_min?: number;
    freeze_min?: number;
    grace_min?: number;
    answer_min?: number;
    book_ahead_h?: number;
    quota_regimes?: Array<string> | null;
    site_id: string;
    name_en: string;
    name_zh: string;
    zone: string;
    lat: number;
    lon: number;
    picking_min?: number;
    inspection_min?: number;
    receiving_min?: number;
    onward_min?: number;
    simulated?: boolean;
    bays?: Array<NewBay>;
    owner?: string | null;
  }
  /** One move of a deviation, with its reason. `assess` and `approve` are signatures. */
  interface NewStep {
    move: "assess" | "send_back" | "approve" | "reopen" | "close";
    reason: string;
    disposition?: "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED" | null;
  }
  /** Where an appointment is to be moved. */
  interface NewTime {
    bay_id: string;
    start: string;
    reason?: string | null;
  }
  /** Something that people were to be told. */
  interface NoticeOut {
    id: string;
    kind: string;
    audience: string;
    level: number;
    body: Record<string, any>;
    created_at: string;
    delivered_at: string | null;
    deliveries: Array<Delivery>;
  }
  /** A number that would be another one. */
  interface NumberChange {
    name: string;
    band: string | null;
    before: Record<string, any> | null;
    after: Record<string, any> | null;
  }
  /** An officer's grade and department. */
  interface Official {
    principal_id: string;
    grade: number | null;
    department: string | null;
    entered_at: string;
    entered_by: string;
  }
  /** An officer's grade and department. */
  interface OfficialChange {
    grade?: number | null;
    department?: "customs" | "health" | "drug_authority" | "district" | "science_technology" | "company" | null;
  }
  /** The way behind customs, when the shipment has no leg for it yet. */
  interface OnwardWay {
    to_code: string;
    to_lat: number;
    to_lon: number;
    carrier_number?: string | null;
    planned_arrival?: string | null;
  }
  /** The worst open alarm of the shipment. */
  interface OpenAlarm {
    id: string;
    kind: string;
    priority: number;
    state: string;
  }
  /** Hours of some days of the week, on the site's clock. */
  interface OpenHours {
    days: Array<number>;
    from_min: number;
    until_min: number;
  }
  /** A time in which a bay takes inspections. */
  interface OpenStretch {
    start: string;
    end: string;
  }
  /** What a site has published, by bay. */
  interface Openings {
    items: Array<BayOpenings>;
  }
  /** A firm or an authority. */
  interface Organisation {
    organisation_id: string;
    name: string;
    country: string;
    kind: "applicant" | "shipper" | "consignee" | "operator" | "customs_site" | "supervising_authority" | "sponsor" | "auditor" | "platform";
    data_lists?: Array<string>;
    created_at: string;
    revision: number;
  }
  /** What changes about an organisation; what is left out stays. */
  interface OrganisationChange {
    name?: string | null;
    country?: string | null;
    data_lists?: Array<string> | null;
    reason: string;
  }
  /** A rule that a sponsor or a site has laid over the shipped ones. */
  interface OwnPaperRule {
    entry_id: string;
    document: Record<string, any>;
    reason: string;
    entered_at: string;
    entered_by: string;
    withdrawn_at: string | null;
    withdrawn_by: string | null;
  }
  /** Minutes of a bay's own. */
  interface OwnTimes {
    inspection_min: number | null;
    transfer_min: number;
  }
  interface Page_AlarmStep_ {
    items: Array<AlarmStep>;
    next_cursor: string | null;
  }
  interface Page_Alarm_ {
    items: Array<Alarm>;
    next_cursor: string | null;
  }
  interface Page_Appointment_ {
    items: Array<Appointment>;
    next_cursor: string | null;
  }
  interface Page_Assignee_ {
    items: Array<Assignee>;
    next_cursor: string | null;
  }
  interface Page_AuditEntryOut_ {
    items: Array<AuditEntryOut>;
    next_cursor: string | null;
  }
  interface Page_BoxCertificate_ {
    items: Array<BoxCertificate>;
    next_cursor: string | null;
  }
  interface Page_Box_ {
    items: Array<Box>;
    next_cursor: string | null;
  }
  interface Page_Calibration_ {
    items: Array<Calibration>;
    next_cursor: string | null;
  }
  interface Page_ClearanceLine_ {
    items: Array<ClearanceLine>;
    next_cursor: string | null;
  }
  interface Page_DataDecision_ {
    items: Array<DataDecision>;
    next_cursor: string | null;
  }
  interface Page_DataEntry_ {
    items: Array<DataEntry>;
    next_cursor: string | null;
  }
  interface Page_Deviation_ {
    items: Array<Deviation>;
    next_cursor: string | null;
  }
  interface Page_Grant_ {
    items: Array<Grant>;
    next_cursor: string | null;
  }
  interface Page_Inspection_ {
    items: Array<Inspection>;
    next_cursor: string | null;
  }
  interface Page_KeptExchange_ {
    items: Array<KeptExchange>;
    next_cursor: string | null;
  }
  interface Page_KeptVerdict_ {
    items: Array<KeptVerdict>;
    next_cursor: string | null;
  }
  interface Page_Key_ {
    items: Array<Key>;
    next_cursor: string | null;
  }
  interface Page_LogEntry_ {
    items: Array<LogEntry>;
    next_cursor: string | null;
  }
  interface Page_Membership_ {
    items: Array<Membership>;
    next_cursor: string | null;
  }
  interface Page_NoticeOut_ {
    items: Array<NoticeOut>;
    next_cursor: string | null;
  }
  interface Page_Official_ {
    items: Array<Official>;
    next_cursor: string | null;
  }
  interface Page_Organisation_ {
    items: Array<Organisation>;
    next_cursor: string | null;
  }
  interface Page_Paper_ {
    items: Array<Paper>;
    next_cursor: string | null;
  }
  interface Page_Person_ {
    items: Array<Person>;
    next_cursor: string | null;
  }
  interface Page_Probe_ {
    items: Array<Probe>;
    next_cursor: string | null;
  }
  interface Page_ProfileMove_ {
    items: Array<ProfileMove>;
    next_cursor: string | null;
  }
  interface Page_ProfileProposal_ {
    items: Array<ProfileProposal>;
    next_cursor: string | null;
  }
  interface Page_ProfileTemplate_ {
    items: Array<ProfileTemplate>;
    next_cursor: string | null;
  }
  interface Page_Profile_ {
    items: Array<Profile>;
    next_cursor: string | null;
  }
  interface Page_RejectedMessage_ {
    items: Array<RejectedMessage>;
    next_cursor: string | null;
  }
  interface Page_RetentionRule_ {
    items: Array<RetentionRule>;
    next_cursor: string | null;
  }
  interface Page_Session_ {
    items: Array<Session>;
    next_cursor: string | null;
  }
  interface Page_SharedLink_ {
    items: Array<SharedLink>;
    next_cursor: string | null;
  }
  interface Page_ShipmentContact_ {
    items: Array<ShipmentContact>;
    next_cursor: string | null;
  }
  interface Page_ShipmentNote_ {
    items: Array<ShipmentNote>;
    next_cursor: string | null;
  }
  interface Page_Shipment_ {
    items: Array<Shipment>;
    next_cursor: string | null;
  }
  interface Page_Site_ {
    items: Array<Site>;
    next_cursor: string | null;
  }
  /** A paper, and what is left of it. */
  interface Paper {
    paper_id: string;
    kind: string;
    number: string;
    holder: string;
    risk_class: string | null;
    write_off: string;
    quantity: string | null;
    unit: string | null;
    balance: string | null;
    valid_from: string | null;
    valid_until: string | null;
    re_export_by: string | null;
    entered_at: string;
    entered_by: string;
    withdrawn_at: string | null;
    withdrawn_by: string | null;
    withdrawn_reason: string | null;
    revision: number;
  }
  /** The rules: shipped ones in their own form, and what was laid over them. */
  interface PaperRules {
    shipped: Record<string, Array<Record<string, any>>>;
    own: Array<OwnPaperRule>;
  }
  /** Three parties of a shipment; often three firms. */
  interface Parties {
    applicant: string;
    shipper: string | null;
    consignee: string | null;
    organisations: Array<PartyOrganisation>;
  }
  /** An organisation that the shipment is shared with as a party of it. */
  interface PartyOrganisation {
    party: "applicant" | "shipper" | "consignee";
    organisation: string;
  }
  /** What the passkey answered. */
  interface PasskeyAnswer {
    credential: Record<string, any>;
  }
  /** What the browser asks the passkey. */
  interface PasskeyQuestion {
    options: Record<string, any>;
  }
  /** The person that a payload is of. */
  interface PatientIdentity {
    payload_id: string;
    name: string;
    number: string | null;
    phone: string | null;
  }
  /** A bag or cassette: the thing that is judged. */
  interface Payload {
    id: string;
    reference: string | null;
    box_id: string | null;
    certificate_ends_at: string | null;
    certificate_too_short: boolean;
    collection_end: string | null;
    pack_closed_at: string | null;
    container_charged_at: string | null;
    condition: "NOT_STARTED" | "IN_RANGE" | "WARNING" | "EXCURSION" | "BREACHED" | "EXPIRED" | "CANNOT_BE_JUDGED";
    evidence: "COMPLETE" | "GAPPED" | "STALE" | "SILENT_EXPECTED" | "UNTRUSTED";
    disposition: "NONE" | "QA_HOLD" | "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED";
  }
  /** Changed clocks of one payload; what is left out stays. */
  interface PayloadClocks {
    payload_id: string;
    collection_end?: string | null;
    pack_closed_at?: string | null;
    container_charged_at?: string | null;
  }
  /** Somebody who may sign in. */
  interface Person {
    person_id: string;
    name: string;
    organisation: string | null;
    roles: Array<string>;
    state: "invited" | "active" | "disabled";
    second_factors: Array<string>;
    signed_in_at: string | null;
    created_at: string;
    created_by: string;
  }
  /** Where the shipment is in its journey. */
  interface Phase {
    code: "packed" | "on_road" | "in_flight" | "at_customs" | "onward" | "received";
    leg_id: string | null;
    until: string | null;
  }
  /** A photo; its bytes have a route of their own. */
  interface Photo {
    id: string;
    sha256: string;
    media_type: string;
    size_bytes: number;
    caption: string | null;
    uploaded_at: string;
    uploaded_by: string;
  }
  /** What an officer decides about a proposal. */
  interface PlanAnswer {
    shipment_id: string;
    answer: "confirm" | "move" | "override";
    proposed?: ProposedSlot | null;
    to?: ProposedSlot | null;
    appointment_id?: string | null;
    reason?: string | null;
  }
  /** What is proposed for a shipment; people confirm, move or override it. */
  interface PlanRow {
    shipment_id: string;
    reference: string;
    kind: string;
    site_id: string | null;
    bay_id: string | null;
    place: number | null;
    start: string | null;
    end: string | null;
    direct_distribution: boolean;
    risk: number;
    spare_s: number | null;
    why: Explanation;
    appointment: Appointment | null;
  }
  /** A probe, where it sits, and how its calibration stands. */
  interface Probe {
    probe_id: string;
    kind: "payload" | "lid" | "ambient" | "coolant";
    box_id: string | null;
    calibration: "none" | "valid" | "expired";
    calibrated_until: string | null;
  }
  /** An error as RFC 9457 writes it; served as application/problem+json. */
  interface Problem {
    type: string;
    title: string;
    status: number;
    detail: string;
    instance?: string | null;
    errors?: Array<ProblemPart>;
    remedy?: string | null;
  }
  /** One thing that is wrong, and where. */
  interface ProblemPart {
    pointer: string;
    detail: string;
    remedy?: string | null;
  }
  /** A material profile in one version. */
  interface Profile {
    profile_id: string;
    version: number;
    name_en: string;
    name_zh: string;
    label_lo_c: number | null;
    label_hi_c: number | null;
    absolute_lo_c: number | null;
    absolute_hi_c: number | null;
    freeze_point_c: number | null;
    hold_h: number | null;
    document: Record<string, any>;
    shipped: boolean | null;
    owner: string | null;
    created_at: string | null;
    frozen_at: string | null;
  }
  /** The numbers of the profile that a strip shows. */
  interface ProfileBrief {
    profile_id: string;
    version: number;
    name_en: string;
    name_zh: string;
    label_lo_c: number | null;
    label_hi_c: number | null;
    absolute_lo_c: number | null;
    absolute_hi_c: number | null;
    freeze_point_c: number | null;
    hold_h: number | null;
  }
  /** What another person says to a proposal. */
  interface ProfileDecision {
    decision: "approved" | "refused";
    reason: string;
  }
  /** A move to another profile version; confirmed by another person than asked for it. */
  interface ProfileMove {
    move_id: string;
    shipment_id: string;
    profile_id: string;
    profile_version: number;
    reason: string;
    requested_by: string;
    requested_at: string;
    confirmed_by: string | null;
    confirmed_at: string | null;
    signatures: Array<Signature>;
  }
  /** A version that somebody proposed; it judges nothing until somebody else has approved it. */
  interface ProfileProposal {
    proposal_id: string;
    profile_id: string;
    version: number;
    over_profile_id: string | null;
    over_version: number | null;
    changes: Array<NumberChange>;
    other_changes: Array<string>;
    document: Record<string, any>;
    owner: string | null;
    reason: string;
    proposed_by: string;
    proposed_at: string;
    decision: "approved" | "refused" | "withdrawn" | null;
    decided_by: string | null;
    decided_at: string | null;
    decision_reason: string | null;
    signatures: Array<Signature>;
  }
  /** The beginning of a profile: what is known of a kind of product. */
  interface ProfileTemplate {
    template_id: string;
    name_en: string;
    name_zh: string;
    missing: Array<string>;
    document: Record<string, any>;
  }
  /** What a version would have made of past journeys; nothing of it is stored. */
  interface ProfileTrial {
    profile_id: string;
    version: number;
    over_profile_id: string;
    days: number;
    as_of: string;
    journeys: number;
    tried: number;
    readings: number;
    different: number;
    items: Array<TriedJourney>;
  }
  /** The end of a proposal by whoever made it. */
  interface ProfileWithdrawal {
    reason: string;
  }
  /** A slot as it was proposed. */
  interface ProposedSlot {
    bay_id: string;
    place: number;
    start: string;
  }
  /** A shipment that is to be inspected at the site, and why it stands where it does. */
  interface QueueRow {
    shipment_id: string;
    reference: string;
    place: number;
    tier: "NO_SLOT_IN_TIME" | "CRITICAL" | "URGENT" | "SOON" | "ROUTINE";
    slack_s: number;
    latest_start: string;
    likely_latest_start: string | null;
    ready_at: string | null;
    doubtful: boolean;
    no_slot_in_time: boolean;
    set_aside: boolean;
    begin_next: boolean;
    why: Explanation;
    bay_class: string;
    inspection_min: number;
    inspection_ordered: "not_yet" | "yes" | "no";
    picked_at: string | null;
    picking_due_at: string | null;
    picking_late: boolean;
    appointment: Appointment | null;
  }
  /** Why it stands where it stands: the rule and the minutes, nobody else's name. */
  interface RankReason {
    code: string;
    minutes: number | null;
  }
  /** It can answer; what may be wrong with what it answers is said beside it. */
  interface Readiness {
    status: "ok";
    warnings: Array<"server_clock">;
  }
  /** One reading, or a stretch of readings in one point. */
  interface ReadingPoint {
    t: string;
    temp_c: number;
    min_c: number;
    max_c: number;
    mean_c: number;
    n: number;
  }
  /** An act that needs nothing but a reason. */
  interface Reason {
    reason: string;
  }
  /** Codes that stand in for the second factor, each once. */
  interface RecoveryCodes {
    recovery_codes: Array<string>;
  }
  /** What became of it; each box can be read by its name. */
  interface RegisteredBoxes {
    registered: number;
  }
  /** A message that could not be stored as a reading, kept whole. */
  interface RejectedMessage {
    id: number;
    received_at: string;
    topic: string;
    box_id: string | null;
    reason: string;
    field: string | null;
    detail: string;
    remedy: string;
    payload_base64: string;
    sha256: string;
    is_part: boolean;
    repeats: number;
    last_received_at: string | null;
    reprocessed_at: string | null;
    outcome: "stored" | "repeated" | "part" | "refused" | null;
    outcome_detail: string | null;
  }
  /** Sending a notice once more, with the same identifier. */
  interface ReplayNotice {
    channel: string;
    reason: string;
  }
  /** The wish is noted; ingest does it in a moment. */
  interface ReprocessAsked {
    asked: number;
    asked_at: string;
  }
  /** What came of reading again. */
  interface ReprocessOutcomes {
    waiting: number;
    outcomes: Record<string, number>;
  }
  /** Which messages to read again: some by number, or all of a reason, a box, or both. */
  interface ReprocessRequest {
    ids?: Array<number>;
    reason?: string | null;
    box_id?: string | null;
  }
  /** A new link for somebody who cannot get in; the old password opens nothing any more. */
  interface ResetPerson {
    second_factors?: boolean;
    reason: string;
  }
  /** What a rule would remove at an instant; nothing is removed by asking. */
  interface RetentionPreview {
    rule: RetentionRule;
    at: string;
    items: Array<DueStay>;
  }
  /** A rule as it stands. */
  interface RetentionRule {
    rule_id: string;
    sponsor: string;
    keep_days: number;
    effective_from: string;
    reference: string;
    reason: string;
    entered_at: string;
    entered_by: string;
    withdrawn_at: string | null;
    withdrawn_by: string | null;
    withdrawn_reason: string | null;
    signatures: Array<Signature>;
    revision: number;
  }
  /** Taking a box out of service, or back. */
  interface RetireBox {
    reason: string;
  }
  /** From the first reading whose lateness changed a verdict until the verdict was set right. */
  interface RevisedStretch {
    from: string;
    to: string;
  }
  /** Ending a certificate for good. */
  interface RevokeCertificate {
    reason: string;
  }
  /** Ending a grant for good. */
  interface RevokeGrant {
    reason: string;
  }
  /** Ending a key for good. */
  interface RevokeKey {
    reason: string;
  }
  /** Ending a link for good. */
  interface RevokeLink {
    reason: string;
  }
  /** A risk assessment as it was entered. */
  interface RiskAssessment {
    assessment_id: string;
    shipment_id: string | null;
    paper_id: string | null;
    assessor: string;
    result: string;
    valid_from: string;
    valid_until: string | null;
    assessed_at: string;
    entered_by: string;
    signatures: Array<Signature>;
  }
  /** All routes that begin at a site. */
  interface Routes {
    routes: Array<NewRoute>;
  }
  /** What holds for one class of data. */
  interface Ruling {
    data_class: "none" | "personal" | "sensitive" | "human_genetic" | "important";
    passes: boolean;
    outcome: "exempt" | "contract" | "assessment" | "denied";
    rule_id: string;
    words: string;
    because_zh: string;
  }
  /** Whether what was scanned is what should be there. */
  interface ScanResult {
    mark: "box" | "seal" | "identity_code";
    matches: boolean | null;
    first_action: string | null;
  }
  /** What somebody had before them when they acted on an alarm. */
  interface Seen {
    screen: string;
    state: "UNACKNOWLEDGED" | "ACKNOWLEDGED" | "RTN_UNACKNOWLEDGED" | "LATCHED" | "SHELVED" | "SHELVED_RETURNED" | "SUPPRESSED_BY_DESIGN" | "CLOSED";
    revision: number;
  }
  /** An open alarm as it stood when somebody took the shift over. */
  interface SeenAlarm {
    alarm_id: string;
    kind: string;
    priority: number;
    state: string;
    shipment_id?: string | null;
    shipment_reference: string | null;
    box_id: string | null;
    taken_by?: string | null;
    assigned_to?: string | null;
  }
  /** What lay on the table. */
  interface SeenTable {
    alarms: Array<SeenAlarm>;
    notes: Array<string>;
  }
  /** The readings of one probe of a box over a stretch of time. */
  interface Series {
    box_id: string;
    resolution_s: number;
    items: Array<ReadingPoint>;
    gaps: Array<Gap>;
    late: Array<LateStretch>;
    events: Array<BoxEvent>;
  }
  /** Where somebody is signed in. */
  interface Session {
    id: string;
    present: boolean;
    method: string;
    source: string;
    agent: string;
    created_at: string;
    active_at: string;
    ends_at: string;
  }
  /** The papers of an emergency have come. */
  interface SettleEmergency {
    reference: string;
  }
  /** A link to a shipment, without its address. */
  interface SharedLink {
    id: string;
    shipment_id: string;
    made_for: string;
    created_by: string | null;
    created_at: string;
    ends_at: string;
    holds: boolean;
    revoked_at: string | null;
    revoke_reason: string | null;
  }
  /** Putting an alarm aside for a while; limit, freeze, container and identity alarms cannot. */
  interface Shelve {
    until: string;
    reason: string;
    seen?: Seen | null;
  }
  /** Who has put the alarm aside, why, and until when. */
  interface Shelved {
    at: string;
    by: string | null;
    reason: string;
    until: string;
  }
  /** A note of one shift to the next. */
  interface ShiftNote {
    note_id: string;
    written_at: string;
    written_by: string;
    words: string;
    due_at: string | null;
    shipment_id: string | null;
    shipment_reference: string | null;
    done_at: string | null;
  }
  /** What lies on the table at the change of shift; open alarms come with the stream. */
  interface ShiftTable {
    notes: Array<ShiftNote>;
    handovers: Array<Handover>;
    ends_at: string;
  }
  /** A shipment with its verdict, its place in the order and its appointment. */
  interface Shipment {
    id: string;
    reference: string;
    state: string;
    product: string;
    shipper: string | null;
    consignee: string | null;
    simulated: boolean;
    revision: number;
    created_at: string;
    received_at: string | null;
    boxes: Array<string>;
    payloads: Array<Payload>;
    profile: ProfileBrief | null;
    origin: string | null;
    destination: string | null;
    legs: Array<Leg>;
    phase: Phase;
    condition: "NOT_STARTED" | "IN_RANGE" | "WARNING" | "EXCURSION" | "BREACHED" | "EXPIRED" | "CANNOT_BE_JUDGED";
    evidence: "COMPLETE" | "GAPPED" | "STALE" | "SILENT_EXPECTED" | "UNTRUSTED";
    disposition: "NONE" | "QA_HOLD" | "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED";
    left_label: boolean;
    in_label_until: string | null;
    viable_until: ViableUntil;
    binding_constraint: string | null;
    counts_down: string | null;
    deadline: string | null;
    ready_at: string | null;
    latest_inspection_start: string | null;
    counted_by_bay: string | null;
    slack_s: number | null;
    tier: "NO_SLOT_IN_TIME" | "CRITICAL" | "URGENT" | "SOON" | "ROUTINE" | null;
    rank: number | null;
    rank_reason: RankReason | null;
    site: SiteBrief | null;
    appointment: Appointment | null;
    clearance: CustomsStanding | null;
    inspection_ordered: "not_yet" | "yes" | "no";
    needs_equipment: Array<string>;
    picked_at: string | null;
    needed_by: string | null;
    needed_by_attested_by: string | null;
    cut_off: string | null;
    last_reading: Record<string, any> | null;
    summary: Record<string, any>;
    open_alarm: OpenAlarm | null;
    as_of: string | null;
  }
  /** A shipment after news of its way, and the bookings that fit no more because of it. */
  interface ShipmentAfterNews {
    id: string;
    reference: string;
    state: string;
    product: string;
    shipper: string | null;
    consignee: string | null;
    simulated: boolean;
    revision: number;
    created_at: string;
    received_at: string | null;
    boxes: Array<string>;
    payloads: Array<Payload>;
    profile: ProfileBrief | null;
    origin: string | null;
    destination: string | null;
    legs: Array<Leg>;
    phase: Phase;
    condition: "NOT_STARTED" | "IN_RANGE" | "WARNING" | "EXCURSION" | "BREACHED" | "EXPIRED" | "CANNOT_BE_JUDGED";
    evidence: "COMPLETE" | "GAPPED" | "STALE" | "SILENT_EXPECTED" | "UNTRUSTED";
    disposition: "NONE" | "QA_HOLD" | "RELEASED" | "RELEASED_WITH_COMMENT" | "OUT_OF_SPEC_MEDICAL" | "REJECTED";
    left_label: boolean;
    in_label_until: string | null;
    viable_until: ViableUntil;
    binding_constraint: string | null;
    counts_down: string | null;
    deadline: string | null;
    ready_at: string | null;
    latest_inspection_start: string | null;
    counted_by_bay: string | null;
    slack_s: number | null;
    tier: "NO_SLOT_IN_TIME" | "CRITICAL" | "URGENT" | "SOON" | "ROUTINE" | null;
    rank: number | null;
    rank_reason: RankReason | null;
    site: SiteBrief | null;
    appointment: Appointment | null;
    clearance: CustomsStanding | null;
    inspection_ordered: "not_yet" | "yes" | "no";
    needs_equipment: Array<string>;
    picked_at: string | null;
    needed_by: string | null;
    needed_by_attested_by: string | null;
    cut_off: string | null;
    last_reading: Record<string, any> | null;
    summary: Record<string, any>;
    open_alarm: OpenAlarm | null;
    as_of: string | null;
    no_longer_fit: Array<UnfitBooking>;
  }
  /** What may change about a shipment; what is left out stays. */
  interface ShipmentChange {
    product?: string;
    site_id?: string;
    shipper?: string | null;
    consignee?: string | null;
    needed_by?: string | null;
    needed_by_attested_by?: string | null;
    cut_off?: string | null;
    inspection_mode?: "in_cold_store" | "no_open" | "open_cold_bay" | "remote_video" | "document_only";
    no_open?: boolean;
    no_xray?: boolean;
    needs_equipment?: Array<string>;
    received_at?: string | null;
    payloads?: Array<PayloadClocks>;
    reason?: string | null;
  }
  /** Somebody to call about a shipment. */
  interface ShipmentContact {
    role: string;
    name: string;
    phone: string;
    hours: string | null;
    contact_id: string;
    of_site: boolean;
    revision: number;
  }
  /** A note that somebody wrote on a shipment. */
  interface ShipmentNote {
    note_id: string;
    shipment_id: string;
    written_at: string;
    written_by: string | null;
    organisation: string | null;
    words: string;
  }
  /** A name and a password. */
  interface SignIn {
    person: string;
    password: string;
  }
  /** A one-time link, and the password that its holder chooses. */
  interface SignInByLink {
    token: string;
    password: string;
  }
  /** One department's step. */
  interface SignOff {
    id: string;
    department: "customs" | "health" | "drug_authority" | "district" | "science_technology" | "company";
    state: "WAITING" | "RETURNED" | "GIVEN" | "REFUSED";
    with_whom: string | null;
    since: string;
    due_at: string;
    overdue: boolean;
    lead: boolean;
  }
  /** A signature: its meaning, its signer, and the digest of the record that it is bound to. */
  interface Signature {
    signature_id: string;
    entity: string;
    entity_id: string;
    meaning: string;
    signed_by: string;
    signed_at: string;
    sha256: string;
  }
  /** How far the session has come; the session itself is in the cookie. */
  interface SignedIn {
    level: "second" | "enrol" | "full";
  }
  /** An inspection site with its bays. */
  interface Site {
    site_id: string;
    name_en: string;
    name_zh: string;
    zone: string;
    lat: number;
    lon: number;
    picking_min: number;
    inspection_min: number;
    receiving_min: number;
    onward_min: number;
    simulated: boolean;
    revision: number;
    bays: Array<Bay>;
    routes: Array<SiteRoute>;
    hours: Array<OpenHours> | null;
    reserve_share: number;
    reserve_until_min: number;
    freeze_min: number;
    grace_min: number;
    answer_min: number;
    book_ahead_h: number;
    quota_regimes: Array<string> | null;
  }
  /** The inspection site in short. */
  interface SiteBrief {
    site_id: string;
    name_en: string;
    name_zh: string;
    zone: string;
  }
  /** What may change about a site; what is left out stays. */
  interface SiteChange {
    hours?: Array<OpenHours> | null;
    reserve_share?: number;
    reserve_until_min?: number;
    freeze_min?: number;
    grace_min?: number;
    answer_min?: number;
    book_ahead_h?: number;
    quota_regimes?: Array<string> | null;
    name_en?: string;
    name_zh?: string;
    picking_min?: number;
    inspection_min?: number;
    receiving_min?: number;
    onward_min?: number;
  }
  /** A day at a site, on its own clock. Null: nothing was there to count. No firm is named. */
  interface SiteDay {
    day: string;
    arrivals: number;
    inspections: number;
    cleared: number;
    arrival_to_clearance_median_s: number | null;
    arrival_to_clearance_p90_s: number | null;
    slack_at_clearance_median_s: number | null;
    slack_at_clearance_least_s: number | null;
    begun_too_late: number;
    losses: number;
    overrides: number;
    moves: number;
    utilisation: number | null;
    applicants: number;
    waiting_gini: number | null;
  }
  /** Days of a site. */
  interface SiteFigures {
    site_id: string;
    zone: string;
    simulated: boolean;
    days: Array<SiteDay>;
  }
  /** The plan of a site as it is made now, and its bays over time. */
  interface SitePlan {
    site: Site;
    made_at: string;
    exact: boolean;
    expected_loss: number;
    items: Array<PlanRow>;
    bays: Array<BayTimes>;
  }
  /** Who is inspected in which order at a site. */
  interface SiteQueue {
    site_id: string;
    as_of: string;
    items: Array<QueueRow>;
    without_deadline: Array<string>;
    deliver_by: Array<DeliverBy>;
  }
  /** A way under customs control to a supervised site. */
  interface SiteRoute {
    to_site_id: string;
    transfer_min: number;
    direct_distribution: boolean;
  }
  /** A free place that a shipment could take. */
  interface Slot {
    site_id: string;
    bay_id: string;
    bay_name_en: string;
    bay_name_zh: string;
    place: number;
    start: string;
    end: string;
    spare_s: number | null;
    reserved?: boolean;
    direct_distribution?: boolean;
  }
  /** An officer's answer to a request. */
  interface SlotAnswer {
    agreed: boolean;
    reason?: string | null;
  }
  /** The free slots that meet a shipment's deadline, earliest first. */
  interface Slots {
    latest_inspection_start: string | null;
    ready_at: string | null;
    items: Array<Slot>;
    no_slot_in_time: boolean;
    first_open: Array<Slot>;
  }
  /** An inspection begins at once, beside the grid. */
  interface StartNow {
    bay_id: string;
    reason?: string | null;
  }
  /** The installation at a glance. */
  interface Status {
    server_time: string;
    database_time: string;
    clock_rate: number;
    build: string;
    database_version: string;
    worst: "ok" | "behind" | "down" | "unknown";
    parts: Array<StatusPart>;
    processes: Array<StatusProcess>;
    last_received_at: string | null;
    boxes_under_way: number;
    rejected: number;
    streams: number;
  }
  /** One part of the way from a box to a person. */
  interface StatusPart {
    name: "database" | "broker" | "ingest" | "judging" | "notices" | "api";
    state: "ok" | "behind" | "down" | "unknown";
    since?: string | null;
    lag_s?: number | null;
    waiting?: number | null;
    error?: string | null;
  }
  /** A process of ours, by its last sign of life. */
  interface StatusProcess {
    service: string;
    instance: string;
    started_at: string;
    at: string;
    live: boolean;
  }
  /** Owning an alarm that somebody else has taken. */
  interface TakeOver {
    reason?: string | null;
    seen?: Seen | null;
  }
  /** Taking the shift over: every alarm that somebody else has taken becomes one's own. */
  interface TakeShift {
    alarms: number;
  }
  /** The factor stands; with the first one come recovery codes. */
  interface Taken {
    recovery_codes: Array<string>;
  }
  /** A notice by which one sees whether a channel reaches its people. */
  interface TestNotice {
    channel: string;
  }
  /** The readings of one probe in columns: a fifth of the bytes, for drawing. */
  interface Trace {
    box_id: string;
    resolution_s: number;
    from_s: number;
    t: Array<number>;
    temp_c: Array<number>;
    min_c: Array<number> | null;
    max_c: Array<number> | null;
    probes: Array<string>;
    gaps: Array<Gap>;
    late: Array<LateStretch>;
    revised: Array<RevisedStretch>;
    events: Array<BoxEvent>;
  }
  /** An alarm that the readings ask for. */
  interface TriedAlarm {
    kind: string;
    subject: string;
    began_at: string;
    returned_at: string | null;
  }
  /** One bag of a shipment, judged twice over the same readings. */
  interface TriedJourney {
    shipment_id: string;
    shipment_reference: string;
    bag: number;
    version: number;
    readings: number;
    then: TriedVerdict;
    would: TriedVerdict;
    come: Array<TriedAlarm>;
    gone: Array<TriedAlarm>;
    longer_s: number | null;
    same: boolean;
  }
  /** How a journey stands at its end, or now. */
  interface TriedVerdict {
    condition: string;
    viable_until: string | null;
    alarms: Array<TriedAlarm>;
  }
  /** A booking that a change of a leg has made useless. */
  interface UnfitBooking {
    appointment_id: string;
    number: string;
    shipment_id: string;
    shipment_reference: string;
    start: string;
    ready_at: string;
    late_min: number;
  }
  /** The way of facilitation that the shipment uses, and what it does not meet of it. */
  interface UsedRegime {
    regime: string;
    rule_id: string | null;
    unmet: Array<string>;
  }
  /** Until when the material can be used. */
  interface ViableUntil {
    p10: string | null;
    p50: string | null;
  }
  /** A paper that one rule asks for and another waives. */
  interface WaivedPaper {
    paper: string;
    rule_id: string;
    waived_by: string;
  }
  /** A channel by which people are told, without what reaches them. */
  interface Way {
    name: string;
    kind: "log" | "apprise" | "sms" | "voice" | "webhook";
    audiences: Array<string>;
    priorities: Array<number>;
    language?: "en" | "zh" | null;
    zone?: string | null;
    courier_link?: boolean;
    keep_alive_h: number | null;
  }
  /** How people are told, as alerts said with its last beat. */
  interface Ways {
    as_of: string | null;
    live: boolean;
    items: Array<Way>;
    chains: Array<CallChain>;
  }
  /** What would be if a shipment waited. Of the others only numbers are told. */
  interface WhatIf {
    shipment_id: string;
    wait_min: number;
    place: number;
    place_after: number;
    slack_s: number;
    slack_s_after: number;
    tier: "NO_SLOT_IN_TIME" | "CRITICAL" | "URGENT" | "SOON" | "ROUTINE";
    tier_after: "NO_SLOT_IN_TIME" | "CRITICAL" | "URGENT" | "SOON" | "ROUTINE";
    begins_at: string;
    begins_at_after: string;
    risk: number | null;
    risk_after: number | null;
    saved: number;
    lost: number;
  }
  /** The end of a rule. */
  interface Withdrawal {
    reason: string;
  }
  /** A call as docs/reference/access.md names it. */
  type Call =
    | "GET /alarms"
    | "GET /alarms/assignees"
    | "GET /alarms/load"
    | "GET /alarms/{alarm_id}"
    | "GET /alarms/{alarm_id}/transitions"
    | "GET /appointments"
    | "GET /appointments/{appointment_id}"
    | "GET /audit"
    | "GET /audit/verification"
    | "GET /bays/{bay_id}/room"
    | "GET /boxes"
    | "GET /boxes/{box_id}"
    | "GET /boxes/{box_id}/boots"
    | "GET /boxes/{box_id}/certificates"
    | "GET /boxes/{box_id}/log"
    | "GET /boxes/{box_id}/readings"
    | "GET /boxes/{box_id}/trace"
    | "GET /checklists"
    | "GET /clearances"
    | "GET /data-policy"
    | "GET /data-policy/decisions"
    | "GET /data-policy/entries"
    | "GET /data-policy/rules"
    | "GET /deviations"
    | "GET /deviations/{deviation_id}"
    | "GET /deviations/{deviation_id}/evidence"
    | "GET /exchange/bookings"
    | "GET /exchange/messages"
    | "GET /handover"
    | "GET /inspections"
    | "GET /inspections/{inspection_id}"
    | "GET /inspections/{inspection_id}/photos/{photo_id}"
    | "GET /inspections/{inspection_id}/record"
    | "GET /keys"
    | "GET /me"
    | "GET /me/factors"
    | "GET /me/sessions"
    | "GET /memberships"
    | "GET /notices"
    | "GET /notices/channels"
    | "GET /officials"
    | "GET /organisations"
    | "GET /paper-rules"
    | "GET /papers"
    | "GET /papers/{paper_id}"
    | "GET /people"
    | "GET /people/{person_id}/sessions"
    | "GET /probes"
    | "GET /probes/{probe_id}/calibrations"
    | "GET /profile-proposals"
    | "GET /profile-proposals/{proposal_id}/trial"
    | "GET /profiles"
    | "GET /profiles/templates"
    | "GET /profiles/{profile_id}/{version}/trial"
    | "GET /rejected"
    | "GET /rejected/reprocess"
    | "GET /retention-rules"
    | "GET /retention-rules/{rule_id}/preview"
    | "GET /shipments"
    | "GET /shipments.csv"
    | "GET /shipments/{shipment_id}"
    | "GET /shipments/{shipment_id}/assessments"
    | "GET /shipments/{shipment_id}/clearance"
    | "GET /shipments/{shipment_id}/contacts"
    | "GET /shipments/{shipment_id}/grants"
    | "GET /shipments/{shipment_id}/links"
    | "GET /shipments/{shipment_id}/marks"
    | "GET /shipments/{shipment_id}/notes"
    | "GET /shipments/{shipment_id}/profile-moves"
    | "GET /shipments/{shipment_id}/slots"
    | "GET /sites"
    | "GET /sites/{site_id}"
    | "GET /sites/{site_id}/calendar.ics"
    | "GET /sites/{site_id}/closures"
    | "GET /sites/{site_id}/figures"
    | "GET /sites/{site_id}/figures.csv"
    | "GET /sites/{site_id}/openings"
    | "GET /sites/{site_id}/plan"
    | "GET /sites/{site_id}/queue"
    | "GET /sites/{site_id}/queue/what-if"
    | "GET /status"
    | "GET /stream"
    | "PATCH /me"
    | "PATCH /organisations/{organisation_id}"
    | "PATCH /people/{person_id}"
    | "PATCH /shipments/{shipment_id}"
    | "PATCH /shipments/{shipment_id}/legs/{leg_id}"
    | "PATCH /sites/{site_id}"
    | "POST /alarms/{alarm_id}/acknowledge"
    | "POST /alarms/{alarm_id}/assign"
    | "POST /alarms/{alarm_id}/shelve"
    | "POST /alarms/{alarm_id}/take-back"
    | "POST /alarms/{alarm_id}/take-over"
    | "POST /alarms/{alarm_id}/unshelve"
    | "POST /appointments"
    | "POST /appointments/{appointment_id}/answer"
    | "POST /appointments/{appointment_id}/cancel"
    | "POST /appointments/{appointment_id}/check-in"
    | "POST /appointments/{appointment_id}/reschedule"
    | "POST /audit/head"
    | "POST /bays/{bay_id}/loggers"
    | "POST /bays/{bay_id}/loggers/end"
    | "POST /boxes"
    | "POST /boxes/batch"
    | "POST /boxes/{box_id}/certificates"
    | "POST /boxes/{box_id}/certificates/{fingerprint}/revoke"
    | "POST /boxes/{box_id}/retire"
    | "POST /boxes/{box_id}/return-to-service"
    | "POST /checklists"
    | "POST /data-policy/emergencies"
    | "POST /data-policy/emergencies/{entry_id}/papers"
    | "POST /data-policy/entries/{entry_id}/withdrawal"
    | "POST /data-policy/instruments"
    | "POST /data-policy/rules"
    | "POST /deviations/{deviation_id}/steps"
    | "POST /emergency-releases/{release_id}/steps"
    | "POST /exchange/messages"
    | "POST /handover"
    | "POST /handover/notes"
    | "POST /handover/notes/{note_id}/done"
    | "POST /inspections/{inspection_id}/checks"
    | "POST /inspections/{inspection_id}/findings"
    | "POST /inspections/{inspection_id}/moves"
    | "POST /inspections/{inspection_id}/photos"
    | "POST /inspections/{inspection_id}/scans"
    | "POST /inspections/{inspection_id}/seals"
    | "POST /keys"
    | "POST /keys/{prefix}/revoke"
    | "POST /me/confirmation"
    | "POST /me/confirmation/passkey"
    | "POST /me/confirmation/passkey/options"
    | "POST /me/factors/passkey"
    | "POST /me/factors/passkey/options"
    | "POST /me/factors/totp"
    | "POST /me/factors/totp/{factor_id}/confirm"
    | "POST /me/factors/{factor_id}/remove"
    | "POST /me/password"
    | "POST /me/recovery-codes"
    | "POST /me/sessions/end-others"
    | "POST /me/sessions/{session_id}/end"
    | "POST /me/stay"
    | "POST /memberships"
    | "POST /notices/test"
    | "POST /notices/{notice_id}/replay"
    | "POST /officials/{principal_id}"
    | "POST /organisations"
    | "POST /paper-rules"
    | "POST /paper-rules/{entry_id}/withdrawal"
    | "POST /papers"
    | "POST /papers/{paper_id}/withdrawal"
    | "POST /payloads/{payload_id}/identity"
    | "POST /payloads/{payload_id}/identity/forget"
    | "POST /payloads/{payload_id}/identity/look-up"
    | "POST /people"
    | "POST /people/{person_id}/disable"
    | "POST /people/{person_id}/reset"
    | "POST /people/{person_id}/sessions/end"
    | "POST /probes/{probe_id}/calibrations"
    | "POST /profile-proposals"
    | "POST /profile-proposals/{proposal_id}/decision"
    | "POST /profile-proposals/{proposal_id}/withdrawal"
    | "POST /profiles"
    | "POST /rejected/reprocess"
    | "POST /retention-rules"
    | "POST /retention-rules/{rule_id}/withdrawal"
    | "POST /risk-assessments"
    | "POST /shipments"
    | "POST /shipments/{shipment_id}/assignments"
    | "POST /shipments/{shipment_id}/condition-checks"
    | "POST /shipments/{shipment_id}/contacts"
    | "POST /shipments/{shipment_id}/declaration"
    | "POST /shipments/{shipment_id}/deviations"
    | "POST /shipments/{shipment_id}/emergency-releases"
    | "POST /shipments/{shipment_id}/grants"
    | "POST /shipments/{shipment_id}/grants/{grant_id}/revoke"
    | "POST /shipments/{shipment_id}/inspection-order"
    | "POST /shipments/{shipment_id}/inspections"
    | "POST /shipments/{shipment_id}/links"
    | "POST /shipments/{shipment_id}/links/{link_id}/revoke"
    | "POST /shipments/{shipment_id}/marks"
    | "POST /shipments/{shipment_id}/marks/end"
    | "POST /shipments/{shipment_id}/milestones"
    | "POST /shipments/{shipment_id}/notes"
    | "POST /shipments/{shipment_id}/papers"
    | "POST /shipments/{shipment_id}/papers/{use_id}/give-back"
    | "POST /shipments/{shipment_id}/papers/{use_id}/re-export"
    | "POST /shipments/{shipment_id}/picking-scans"
    | "POST /shipments/{shipment_id}/profile-moves"
    | "POST /shipments/{shipment_id}/profile-moves/{move_id}/confirm"
    | "POST /shipments/{shipment_id}/sign-offs"
    | "POST /shipments/{shipment_id}/start-now"
    | "POST /sign-in"
    | "POST /sign-in/link"
    | "POST /sign-in/passkey"
    | "POST /sign-in/passkey/options"
    | "POST /sign-in/second"
    | "POST /sign-offs/{sign_off_id}/steps"
    | "POST /sign-out"
    | "POST /sites"
    | "POST /sites/{site_id}/bays/{bay_id}/fitness"
    | "POST /sites/{site_id}/bays/{bay_id}/times"
    | "POST /sites/{site_id}/closures"
    | "POST /sites/{site_id}/closures/{closure_id}/withdraw"
    | "POST /sites/{site_id}/openings"
    | "POST /sites/{site_id}/openings/copy"
    | "POST /sites/{site_id}/plan/answers"
    | "PUT /shipments/{shipment_id}/contacts/{contact_id}"
    | "PUT /sites/{site_id}/routes";
}
