/*
 * What a block translator's work costs, counted. Strata's own translator is TypeScript, so its operations are charged by weights
 * (src/levels/isa/costs.ts); here the same operations are written as a C compiler's user would write them, run on the simulated
 * machine over the code of real MIPS programs (standard input), and counted by the time-stamp counter, which there counts host
 * instructions. One line an operation: its name, how often it was done, the instructions that it took.
 *
 * The stages are those of src/translate: decode by tables, micro-ops with constants folded, values numbered by hashing, a backward
 * pass for what is stored and needed, instruction selection with registers allocated by farthest next use, encoding, and the
 * tables of blocks and links. Each stage runs once over everything before it is counted, so no page faults are in the figures.
 */
#include "lib.h"

typedef unsigned long long u64;
typedef int i32;

static u32 now(void) {
  u32 low;
  __asm__ volatile("rdtsc" : "=a"(low) : : "edx", "memory");
  return low;
}
static u32 began, spent, overhead;
#define START() (began = now())
#define STOP() (spent += now() - began - overhead)

/* ---- decode: two table look-ups, then the operand fields that the row names */

enum form { UNKNOWN, NOP, ADD3, SUB3, AND3, OR3, XOR3, NOR3, SLT3, SLTU3, SHIFT, SHIFTV, ADDI, SLTI, SLTIU, ANDI, ORI, XORI, LUI,
            LOAD, LOADU, STORE, BRANCH, BRANCHZ, JUMP, JUMPR, MULDIV, MOVEHL, MUL3, TRAP };
enum immediate { NONE, IMM, UIMM, TARGET, OFFSET };

struct row {
  u8 form, size, immediate;
};
struct entry {
  const struct row *row;
  const struct entry *table;
  u8 shift, mask;
};
struct insn {
  const struct row *row;
  u32 word, pc;
  u8 rs, rt, rd, sa;
  i32 imm;
  u32 target;
};

#define ROW(f, s, i) {{f, s, i}}
static const struct row
  r_unknown[] = ROW(UNKNOWN, 0, NONE), r_add[] = ROW(ADD3, 4, NONE), r_sub[] = ROW(SUB3, 4, NONE),
  r_and[] = ROW(AND3, 4, NONE), r_or[] = ROW(OR3, 4, NONE), r_xor[] = ROW(XOR3, 4, NONE),
  r_nor[] = ROW(NOR3, 4, NONE), r_slt[] = ROW(SLT3, 4, NONE), r_sltu[] = ROW(SLTU3, 4, NONE),
  r_sll[] = ROW(SHIFT, 0, NONE), r_srl[] = ROW(SHIFT, 2, NONE), r_sra[] = ROW(SHIFT, 3, NONE),
  r_sllv[] = ROW(SHIFTV, 0, NONE), r_srlv[] = ROW(SHIFTV, 2, NONE), r_srav[] = ROW(SHIFTV, 3, NONE),
  r_jr[] = ROW(JUMPR, 0, NONE), r_jalr[] = ROW(JUMPR, 1, NONE), r_muldiv[] = ROW(MULDIV, 0, NONE), r_movehl[] = ROW(MOVEHL, 0, NONE),
  r_trap[] = ROW(TRAP, 0, NONE), r_addi[] = ROW(ADDI, 4, IMM), r_slti[] = ROW(SLTI, 4, IMM),
  r_sltiu[] = ROW(SLTIU, 4, IMM), r_andi[] = ROW(ANDI, 4, UIMM), r_ori[] = ROW(ORI, 4, UIMM),
  r_xori[] = ROW(XORI, 4, UIMM), r_lui[] = ROW(LUI, 4, UIMM), r_lb[] = ROW(LOAD, 1, IMM),
  r_lh[] = ROW(LOAD, 2, IMM), r_lw[] = ROW(LOAD, 4, IMM), r_lbu[] = ROW(LOADU, 1, IMM),
  r_lhu[] = ROW(LOADU, 2, IMM), r_sb[] = ROW(STORE, 1, IMM), r_sh[] = ROW(STORE, 2, IMM),
  r_sw[] = ROW(STORE, 4, IMM), r_beq[] = ROW(BRANCH, 0, OFFSET), r_bne[] = ROW(BRANCH, 1, OFFSET),
  r_bz[] = ROW(BRANCHZ, 0, OFFSET), r_j[] = ROW(JUMP, 0, TARGET), r_jal[] = ROW(JUMP, 1, TARGET), r_mul[] = ROW(MUL3, 4, NONE);

static struct entry primary[64], special[64], regimm[32], special2[64];

static void set(struct entry *table, int at, const struct row *row) { table[at].row = row; }

static void make_tables(void) {
  static const struct { u8 table, at; const struct row *row; } rows[] = {
    {1, 0, r_sll}, {1, 2, r_srl}, {1, 3, r_sra}, {1, 4, r_sllv}, {1, 6, r_srlv}, {1, 7, r_srav}, {1, 8, r_jr}, {1, 9, r_jalr},
    {1, 12, r_trap}, {1, 13, r_trap}, {1, 16, r_movehl}, {1, 18, r_movehl}, {1, 24, r_muldiv}, {1, 25, r_muldiv}, {1, 26, r_muldiv},
    {1, 27, r_muldiv}, {1, 32, r_add}, {1, 33, r_add}, {1, 34, r_sub}, {1, 35, r_sub}, {1, 36, r_and}, {1, 37, r_or}, {1, 38, r_xor},
    {1, 39, r_nor}, {1, 42, r_slt}, {1, 43, r_sltu}, {1, 52, r_trap}, {2, 0, r_bz}, {2, 1, r_bz}, {2, 17, r_bz}, {3, 2, r_mul},
    {0, 2, r_j}, {0, 3, r_jal}, {0, 4, r_beq}, {0, 5, r_bne}, {0, 6, r_bz}, {0, 7, r_bz}, {0, 8, r_addi}, {0, 9, r_addi},
    {0, 10, r_slti}, {0, 11, r_sltiu}, {0, 12, r_andi}, {0, 13, r_ori}, {0, 14, r_xori}, {0, 15, r_lui}, {0, 32, r_lb}, {0, 33, r_lh},
    {0, 35, r_lw}, {0, 36, r_lbu}, {0, 37, r_lhu}, {0, 40, r_sb}, {0, 41, r_sh}, {0, 43, r_sw}};
  struct entry *tables[] = {primary, special, regimm, special2};
  int i;
  for (i = 0; i < 64; i++) primary[i].row = special[i].row = special2[i].row = r_unknown;
  for (i = 0; i < 32; i++) regimm[i].row = r_unknown;
  for (i = 0; i < LENGTH(rows); i++) set(tables[rows[i].table], rows[i].at, rows[i].row);
  primary[0] = (struct entry){NULL, special, 0, 63};
  primary[1] = (struct entry){NULL, regimm, 16, 31};
  primary[28] = (struct entry){NULL, special2, 0, 63};
}

static const struct entry *look_up(u32 word) {
  const struct entry *e = &primary[word >> 26];
  while (e->table) e = &e->table[(word >> e->shift) & e->mask];
  return e;
}

static void decode(struct insn *to, u32 word, u32 pc) {
  const struct row *row = look_up(word)->row;
  to->row = row;
  to->word = word;
  to->pc = pc;
  to->rs = (word >> 21) & 31;
  to->rt = (word >> 16) & 31;
  to->rd = (word >> 11) & 31;
  to->sa = (word >> 6) & 31;
  to->imm = row->immediate == UIMM ? (i32)(word & 0xffff) : (short)word;
  to->target = row->immediate == TARGET ? (pc & 0xf0000000) | (word << 2 & 0x0ffffffc) : pc + 4 + ((u32)(short)word << 2);
}

/* ---- micro-ops: allocated, linked in order, constants folded */

enum op { CONST, GET, ADD, SUB, AND, OR, XOR, SHL, SHR, SAR, EQ, LTU, LTS, MUL, SERVICE, LD, PUT, ST, TRAPIF, BRANCHIF, GO, LAST_OP };
enum { VALUES_END = PUT };

struct item {
  u8 op, size, reg, stored;
  i32 n;
  struct item *a, *b, *next, *same;
  int number, uses, last;
};

#define MOST 40000
static struct item items[MOST];
static struct item *top, *first, *tail;

static struct item *make(int op, struct item *a, struct item *b, i32 n) {
  struct item *it = top++;
  it->op = op;
  it->a = a;
  it->b = b;
  it->n = n;
  it->next = NULL;
  if (tail) tail->next = it;
  else first = it;
  tail = it;
  return it;
}

static int fold(int op, i32 a, i32 b) {
  switch (op) {
    case ADD: return a + b;
    case SUB: return a - b;
    case AND: return a & b;
    case OR: return a | b;
    case XOR: return a ^ b;
    case SHL: return a << (b & 31);
    case SHR: return (u32)a >> (b & 31);
    case SAR: return a >> (b & 31);
    case EQ: return a == b;
    case LTU: return (u32)a < (u32)b;
    case LTS: return a < b;
    default: return a * b;
  }
}

static struct item *constant(i32 n) { return make(CONST, NULL, NULL, n); }

/* The value that a register holds now, when the block has set it already. */
static struct item *held[34];
static struct item *get(int reg) {
  struct item *it;
  if (reg == 0) return constant(0);
  if (held[reg]) return held[reg];
  it = make(GET, NULL, NULL, reg);
  it->reg = reg;
  return held[reg] = it;
}
static void put(int reg, struct item *value) {
  if (reg == 0) return;
  held[reg] = value;
  make(PUT, value, NULL, reg)->reg = reg;
}
static struct item *two(int op, struct item *a, struct item *b) {
  if (a->op == CONST && b->op == CONST) return constant(fold(op, a->n, b->n));
  if (b->op == CONST && b->n == 0 && (op == ADD || op == SUB || op == OR || op == XOR || (op >= SHL && op <= SAR))) return a;
  return make(op, a, b, 0);
}

static void expand(const struct insn *in) {
  static const u8 shifts[] = {SHL, 0, SHR, SAR};
  struct item *a;
  switch (in->row->form) {
    case ADD3: put(in->rd, two(ADD, get(in->rs), get(in->rt))); break;
    case SUB3: put(in->rd, two(SUB, get(in->rs), get(in->rt))); break;
    case AND3: put(in->rd, two(AND, get(in->rs), get(in->rt))); break;
    case OR3: put(in->rd, two(OR, get(in->rs), get(in->rt))); break;
    case XOR3: put(in->rd, two(XOR, get(in->rs), get(in->rt))); break;
    case NOR3: put(in->rd, two(XOR, two(OR, get(in->rs), get(in->rt)), constant(-1))); break;
    case SLT3: put(in->rd, two(LTS, get(in->rs), get(in->rt))); break;
    case SLTU3: put(in->rd, two(LTU, get(in->rs), get(in->rt))); break;
    case MUL3: put(in->rd, two(MUL, get(in->rs), get(in->rt))); break;
    case SHIFT: put(in->rd, two(shifts[in->row->size], get(in->rt), constant(in->sa))); break;
    case SHIFTV: put(in->rd, two(shifts[in->row->size], get(in->rt), two(AND, get(in->rs), constant(31)))); break;
    case ADDI: put(in->rt, two(ADD, get(in->rs), constant(in->imm))); break;
    case SLTI: put(in->rt, two(LTS, get(in->rs), constant(in->imm))); break;
    case SLTIU: put(in->rt, two(LTU, get(in->rs), constant(in->imm))); break;
    case ANDI: put(in->rt, two(AND, get(in->rs), constant(in->imm))); break;
    case ORI: put(in->rt, two(OR, get(in->rs), constant(in->imm))); break;
    case XORI: put(in->rt, two(XOR, get(in->rs), constant(in->imm))); break;
    case LUI: put(in->rt, constant(in->imm << 16)); break;
    case LOAD:
    case LOADU:
      a = make(LD, two(ADD, get(in->rs), constant(in->imm)), NULL, in->row->form == LOAD);
      a->size = in->row->size;
      put(in->rt, a);
      break;
    case STORE:
      a = two(ADD, get(in->rs), constant(in->imm));
      make(ST, a, get(in->rt), 0)->size = in->row->size;
      break;
    case MULDIV:
      put(32, make(SERVICE, get(in->rs), get(in->rt), 0));
      put(33, make(SERVICE, get(in->rs), get(in->rt), 1));
      break;
    case MOVEHL: put(in->rd, get(32)); break;
    case TRAP: make(TRAPIF, two(EQ, get(in->rs), get(in->rt)), NULL, in->pc); break;
    case BRANCH: make(BRANCHIF, two(EQ, get(in->rs), get(in->rt)), NULL, in->target)->size = in->row->size; break;
    case BRANCHZ: make(BRANCHIF, two(LTS, get(in->rs), constant(0)), NULL, in->target); break;
    case JUMP:
      if (in->row->size) put(31, constant(in->pc + 8));
      make(GO, NULL, NULL, in->target);
      break;
    case JUMPR:
      a = get(in->rs);
      if (in->row->size) put(in->rd, constant(in->pc + 8));
      make(GO, a, NULL, 0);
      break;
  }
}

/* ---- values numbered: hashed, looked up, entered */

#define BUCKETS 64
static struct item *buckets[BUCKETS];
static int numbers;

static void number(struct item *it) {
  struct item *other;
  u32 hash;
  if (it->a) it->a = it->a->same;
  if (it->b) it->b = it->b->same;
  it->same = it;
  if (it->op == LD || it->op == SERVICE) {
    it->number = numbers++;
    return;
  }
  hash = it->op * 31 + it->n;
  if (it->a) hash = hash * 31 + it->a->number;
  if (it->b) hash = hash * 31 + it->b->number;
  hash = (hash ^ hash >> 8) % BUCKETS;
  /* The chain goes over a number that is unused until the next pass. */
  for (other = buckets[hash]; other; other = (struct item *)other->last)
    if (other->op == it->op && other->a == it->a && other->b == it->b && other->n == it->n) {
      it->same = other;
      return;
    }
  it->number = numbers++;
  it->last = (int)buckets[hash];
  buckets[hash] = it;
}

/* ---- the backward pass: which puts are stored, who uses what, and until where */

static struct item *order[MOST];
static u32 replaced[2];

static void live(struct item *it, int position) {
  int used = 1;
  if (it->op == PUT) {
    used = it->stored = !(replaced[it->reg >> 5] >> (it->reg & 31) & 1);
    if (used) replaced[it->reg >> 5] |= 1u << (it->reg & 31);
  } else if (it->op == TRAPIF || it->op == ST || it->op == LD) {
    replaced[0] = replaced[1] = 0; /* it may fault: what is replaced later must be recoverable here */
  } else if (it->op < VALUES_END) used = it->uses > 0;
  if (!used) return;
  if (it->a) {
    if (it->a->uses++ == 0) it->a->last = position;
  }
  if (it->b) {
    if (it->b->uses++ == 0) it->b->last = position;
  }
}

/* ---- host instructions chosen, registers allocated */

struct host {
  u8 kind, op, to, from, size;
  i32 disp, imm;
};
static struct host code[MOST];
static int emitted;
static struct item *inside[8]; /* by host register */
static signed char place[MOST];
#define USABLE 0xcfu /* not esp, not ebp */
enum { MOVE_RR = 1, MOVE_RI, LOAD_HOME, STORE_HOME, ALU_RR, ALU_RI, SHIFT_RI, LOAD_MEM, STORE_MEM, COMPARE, SETCC, JCC, JMP };

static void emit(int kind, int op, int to, int from, i32 disp, i32 imm) {
  struct host *h = &code[emitted++];
  h->kind = kind;
  h->op = op;
  h->to = to;
  h->from = from;
  h->disp = disp;
  h->imm = imm;
}

static int take(int position, int keep) {
  int reg, best = -1, farthest = -1;
  for (reg = 0; reg < 8; reg++) {
    if (!(USABLE >> reg & 1) || reg == keep) continue;
    if (!inside[reg] || inside[reg]->last <= position) {
      best = reg;
      break;
    }
    if (inside[reg]->last > farthest) farthest = inside[reg]->last, best = reg;
  }
  if (inside[best] && inside[best]->last > position) {
    emit(STORE_HOME, 0, best, 0, 128 + 4 * (inside[best]->number & 15), 0);
    place[inside[best] - items] = -2;
  }
  return best;
}
static void holds(int reg, struct item *it) {
  if (inside[reg] && place[inside[reg] - items] == reg) place[inside[reg] - items] = -1;
  inside[reg] = it;
  place[it - items] = reg;
}
static int reach(struct item *it, int position, int keep) {
  int reg = place[it - items];
  if (reg >= 0 && inside[reg] == it) return reg;
  reg = take(position, keep);
  if (it->op == CONST) emit(MOVE_RI, 0, reg, 0, 0, it->n);
  else emit(LOAD_HOME, 0, reg, 0, it->op == GET ? 4 * it->reg : 128 + 4 * (it->number & 15), 0);
  holds(reg, it);
  return reg;
}

static void choose(struct item *it, int position) {
  int a, b, to;
  if (it->op < VALUES_END && (it->uses == 0 || it->op == CONST || it->op == GET)) return;
  switch (it->op) {
    case PUT:
      if (!it->stored) return;
      if (it->a->op == CONST) emit(STORE_HOME, 1, 0, 0, 4 * it->reg, it->a->n);
      else emit(STORE_HOME, 0, reach(it->a, position, -1), 0, 4 * it->reg, 0);
      return;
    case LD:
      a = reach(it->a, position, -1);
      to = take(position, a);
      emit(LOAD_MEM, it->size + 8 * it->n, to, a, 0, 0);
      holds(to, it);
      return;
    case ST:
      a = reach(it->a, position, -1);
      b = reach(it->b, position, a);
      emit(STORE_MEM, it->size, b, a, 0, 0);
      return;
    case EQ: case LTU: case LTS:
      a = reach(it->a, position, -1);
      if (it->b->op == CONST) emit(COMPARE, 0, a, 0, 0, it->b->n);
      else emit(COMPARE, 1, a, reach(it->b, position, a), 0, 0);
      if (it->last == position + 1) return; /* the branch behind it takes the flags */
      to = take(position, a);
      emit(SETCC, it->op, to, 0, 0, 0);
      holds(to, it);
      return;
    case TRAPIF: case BRANCHIF:
      emit(JCC, it->op, 0, 0, 0, it->n);
      return;
    case GO:
      emit(JMP, it->a ? 1 : 0, it->a ? reach(it->a, position, -1) : 0, 0, 0, it->n);
      return;
    default:
      a = reach(it->a, position, -1);
      to = a;
      if (it->a->last > position) {
        to = take(position, a);
        emit(MOVE_RR, 0, to, a, 0, 0);
      }
      if (it->b->op == CONST) emit(it->op >= SHL && it->op <= SAR ? SHIFT_RI : ALU_RI, it->op, to, 0, 0, it->b->n);
      else emit(ALU_RR, it->op, to, reach(it->b, position, to), 0, 0);
      holds(to, it);
  }
}

/* ---- bytes encoded and written */

static u8 cache[8 * MOST];
static u8 *at;

static u8 *word32(u8 *to, i32 n) {
  *(i32 *)to = n;
  return to + 4;
}
static u8 *modrm(u8 *to, int reg, int base, i32 disp) {
  if (disp == 0 && base != 5) {
    *to++ = reg << 3 | base;
    return to;
  }
  if (disp >= -128 && disp < 128) {
    *to++ = 0x40 | reg << 3 | base;
    *to++ = disp;
    return to;
  }
  *to++ = 0x80 | reg << 3 | base;
  return word32(to, disp);
}
static u8 *encode(u8 *to, const struct host *h) {
  static const u8 alu[LAST_OP] = {[ADD] = 0x03, [SUB] = 0x2b, [AND] = 0x23, [OR] = 0x0b, [XOR] = 0x33};
  static const u8 digit[LAST_OP] = {[ADD] = 0, [SUB] = 5, [AND] = 4, [OR] = 1, [XOR] = 6, [SHL] = 4, [SHR] = 5, [SAR] = 7};
  switch (h->kind) {
    case MOVE_RR: *to++ = 0x8b; *to++ = 0xc0 | h->to << 3 | h->from; break;
    case MOVE_RI: *to++ = 0xb8 | h->to; to = word32(to, h->imm); break;
    case LOAD_HOME: *to++ = 0x8b; to = modrm(to, h->to, 5, h->disp); break;
    case STORE_HOME:
      *to++ = h->op ? 0xc7 : 0x89;
      to = modrm(to, h->to, 5, h->disp);
      if (h->op) to = word32(to, h->imm);
      break;
    case ALU_RR:
      if (h->op == MUL || h->op == SERVICE) *to++ = 0x0f, *to++ = 0xaf;
      else *to++ = alu[h->op];
      *to++ = 0xc0 | h->to << 3 | h->from;
      break;
    case ALU_RI:
      if (h->imm >= -128 && h->imm < 128) *to++ = 0x83, *to++ = 0xc0 | digit[h->op] << 3 | h->to, *to++ = h->imm;
      else *to++ = 0x81, *to++ = 0xc0 | digit[h->op] << 3 | h->to, to = word32(to, h->imm);
      break;
    case SHIFT_RI: *to++ = 0xc1; *to++ = 0xc0 | digit[h->op] << 3 | h->to; *to++ = h->imm; break;
    case LOAD_MEM:
      if (h->op % 8 == 4) *to++ = 0x8b;
      else *to++ = 0x0f, *to++ = h->op == 1 ? 0xb6 : h->op == 2 ? 0xb7 : h->op == 9 ? 0xbe : 0xbf;
      to = modrm(to, h->to, h->from, h->disp);
      break;
    case STORE_MEM:
      if (h->op == 2) *to++ = 0x66;
      *to++ = h->op == 1 ? 0x88 : 0x89;
      to = modrm(to, h->to, h->from, h->disp);
      break;
    case COMPARE:
      if (h->op) *to++ = 0x3b, *to++ = 0xc0 | h->to << 3 | h->from;
      else *to++ = 0x81, *to++ = 0xf8 | h->to, to = word32(to, h->imm);
      break;
    case SETCC: *to++ = 0x0f; *to++ = h->op == EQ ? 0x94 : h->op == LTU ? 0x92 : 0x9c; *to++ = 0xc0 | h->to; break;
    case JCC: *to++ = 0x0f; *to++ = 0x84; to = word32(to, h->imm); break;
    case JMP:
      if (h->op) *to++ = 0xff, *to++ = 0xe0 | h->to;
      else *to++ = 0xe9, to = word32(to, h->imm);
      break;
  }
  return to;
}

/* ---- the tables of blocks, the look-up table that the dispatcher reads, links and unlinks */

#define STARTS 1024
#define ENTRIES 4096
struct exit_ {
  int number, to;
  u8 *patch, *stub;
  struct block *owner, *target;
  struct exit_ *next;
};
struct block {
  u32 start, end;
  u8 *host;
  int size, counter, live;
  struct block *next;
  struct exit_ exits[2];
};
static struct { u32 start, host, chained, counter; } entries[ENTRIES];
static struct block blocks[MOST / 4], *by_start[STARTS];
static struct exit_ *by_number[STARTS];
static u32 trapped[256], counters[MOST / 4];
static int known, exits;

static u32 hash_of(u32 address) { return (address >> 2 ^ address >> 12) % STARTS; }

static struct block *find(u32 start) {
  struct block *b;
  for (b = by_start[hash_of(start)]; b; b = b->next)
    if (b->start == start) return b;
  return NULL;
}

/* A block entered: the tables by address and by exit, the dispatcher's entry, the trap on its pages. */
static void enter(u32 start, u32 end, u8 *host, int size) {
  struct block *b = &blocks[known];
  int i;
  u32 page, hash = hash_of(start), slot = (start >> 2) % ENTRIES;
  b->start = start;
  b->end = end;
  b->host = host;
  b->size = size;
  b->counter = known++;
  b->live = 1;
  b->next = by_start[hash];
  by_start[hash] = b;
  for (i = 0; i < 2; i++) {
    struct exit_ *e = &b->exits[i];
    e->number = exits++;
    e->to = end;
    e->owner = b;
    e->target = NULL;
    e->patch = host + size - 5 * (i + 1) + 1;
    e->stub = host + size;
    e->next = by_number[e->number % STARTS];
    by_number[e->number % STARTS] = e;
  }
  for (page = start >> 12; page <= (end - 1) >> 12; page++) trapped[(page >> 5) & 255] |= 1u << (page & 31);
  counters[b->counter] = 0;
  entries[slot].start = start;
  entries[slot].host = (u32)host;
  entries[slot].chained = (u32)host;
  entries[slot].counter = b->counter * 4;
}

static void link_exit(int number, struct block *target) {
  struct exit_ *e;
  for (e = by_number[number % STARTS]; e && e->number != number; e = e->next);
  if (!e || !e->owner->live || e->target) return;
  e->target = target;
  *(i32 *)e->patch = target->host - (e->patch + 4);
}

/* Where each guest register is at a fault: in its home, in a host register, on the stack, or a constant. */
struct recovery {
  u8 reg, where, from;
  i32 n;
};
static volatile u32 state[34];
static u32 saved[8], stack[16];
static void recover(const struct recovery *r) {
  u32 value;
  switch (r->where) {
    case 0: value = saved[r->from]; break;
    case 1: value = stack[r->from]; break;
    case 2: value = r->n; break;
    default: value = saved[r->from] + r->n; break;
  }
  state[r->reg] = value;
}

static void fill(void *to, u32 words, u32 with) {
  __asm__ volatile("rep stosl" : "+D"(to), "+c"(words) : "a"(with) : "memory");
}
static void flush(void) {
  fill(by_start, sizeof by_start / 4, 0);
  fill(by_number, sizeof by_number / 4, 0);
  fill(trapped, sizeof trapped / 4, 0);
  known = exits = 0;
}
static void clear_entries(void) { fill(entries, sizeof entries / 4, (u32)-1); }

/* ---- a floating-point addition in integer arithmetic, any rounding mode */

static u64 add_double(u64 a, u64 b, int mode) {
  int ea = a >> 52 & 0x7ff, eb = b >> 52 & 0x7ff, sign = a >> 63, lost, up;
  u64 ma = (a & 0xfffffffffffffULL) | 1ULL << 52, mb = (b & 0xfffffffffffffULL) | 1ULL << 52, sum;
  if (ea == 0x7ff || eb == 0x7ff || ea == 0 || eb == 0) return 0x7ff8000000000000ULL;
  if (ea < eb || (ea == eb && ma < mb)) {
    u64 m = ma;
    int e = ea;
    ma = mb, mb = m, ea = eb, eb = e, sign = b >> 63;
  }
  ma <<= 3, mb <<= 3;
  lost = ea - eb;
  if (lost > 60) mb = 1;
  else if (lost) mb = mb >> lost | ((mb & ((1ULL << lost) - 1)) != 0);
  sum = (a ^ b) >> 63 ? ma - mb : ma + mb;
  if (sum == 0) return mode == 3 ? 1ULL << 63 : 0;
  if (sum >> 56) sum = sum >> 1 | (sum & 1), ea++;
  while (!(sum >> 55)) sum <<= 1, ea--;
  lost = sum & 7;
  up = mode == 0 ? lost > 4 || (lost == 4 && (sum >> 3 & 1)) : mode == 2 ? lost && !sign : mode == 3 ? lost && sign : 0;
  sum = (sum >> 3) + up;
  if (sum >> 53) sum >>= 1, ea++;
  return (u64)sign << 63 | (u64)ea << 52 | (sum & 0xfffffffffffffULL);
}

/* ---- arguments and structures of system calls */

enum { PLAIN, FLAGS, ADDRESS, SIGNAL };
static const struct { u32 from, to; } flag_map[] = {{0x100, 0x40}, {0x400, 0x80}, {0x800, 0x100}, {0x80, 0x800}, {8, 0x400}, {0x2000, 0x8000}};
static u32 argument(int kind, u32 value) {
  u32 to = 0;
  int i;
  switch (kind) {
    case FLAGS:
      to = value & 3;
      for (i = 0; i < LENGTH(flag_map); i++)
        if (value & flag_map[i].from) to |= flag_map[i].to;
      return to;
    case ADDRESS: return value < 0x80000000u ? value : 0;
    case SIGNAL: return value < 65 ? value : 0;
    default: return value;
  }
}
struct field {
  u8 from, to, size;
};
static void structure_word(u8 *to, const u8 *from, const struct field *f) {
  u32 value = f->size == 2 ? *(u16 *)(from + f->from) : *(u32 *)(from + f->from);
  *(u32 *)(to + f->to) = value;
}

/* ---- all of it, over the code that came in */

static u32 words[8192];
static struct insn insns[8192];
static int ends_block(const struct insn *in) {
  int form = in->row->form;
  return form == BRANCH || form == BRANCHZ || form == JUMP || form == JUMPR;
}

static void report(const char *name, u32 count) {
  printf("%s %u %u\n", name, count, spent);
  spent = 0;
}

static u32 total_items, total_values, total_host, total_bytes, total_blocks;

/* One block through every stage; the stage that is counted is the chosen one. */
static void translate(int from, int to, int stage) {
  struct item *it;
  int i, n = 0, hosts;
  u8 *start = at, *end = at;
  top = items;
  first = tail = NULL;
  memset(held, 0, sizeof held);
  memset(buckets, 0, sizeof buckets);
  memset(inside, 0, sizeof inside);
  numbers = emitted = 0;
  replaced[0] = replaced[1] = 0;
  if (stage == 1) START();
  for (i = from; i < to; i++) expand(&insns[i]);
  if (stage == 1) STOP();
  for (it = items; it < top; it++) order[n] = it, it->uses = 0, it->last = 0, place[n++] = -1;
  if (stage == 2) START();
  for (it = first; it; it = it->next)
    if (it->op < VALUES_END) number(it);
  if (stage == 2) STOP();
  for (it = first; it; it = it->next) {
    it->last = 0;
    if (it->op >= VALUES_END) {
      if (it->a) it->a = it->a->same;
      if (it->b) it->b = it->b->same;
    } else total_values++;
  }
  if (stage == 3) START();
  for (i = n - 1; i >= 0; i--) live(order[i], i);
  if (stage == 3) STOP();
  if (stage == 4) START();
  for (i = 0; i < n; i++) choose(order[i], i);
  if (stage == 4) STOP();
  hosts = emitted;
  if (stage == 5) START();
  for (i = 0; i < hosts; i++) end = encode(end, &code[i]);
  if (stage == 5) STOP();
  at = end;
  if (stage == 6) START();
  enter(0x400000 + 4 * from, 0x400000 + 4 * to, start, at - start);
  if (stage == 6) STOP();
  total_items += n;
  total_host += hosts;
  total_bytes += at - start;
  total_blocks++;
}

static void all(int count, int stage) {
  int i, from = 0;
  at = cache;
  flush();
  total_items = total_values = total_host = total_bytes = total_blocks = 0;
  if (stage == 0) START();
  for (i = 0; i < count; i++) decode(&insns[i], words[i], 0x400000 + 4 * i);
  if (stage == 0) STOP();
  for (i = 0; i + 1 < count; i++) {
    if (!ends_block(&insns[i])) continue;
    translate(from, i + 2, stage);
    from = ++i + 1;
  }
}

int main(void) {
  static const char *const names[] = {"decode", "micro-op", "value", "liveness", "host-instruction", "byte", "block"};
  static struct recovery lost[64];
  static struct field fields[64];
  static u8 mips[256], host[512];
  static volatile u64 sink;
  u32 low = 0, sum = 0;
  int got, count = 0, stage, i, round;
  while (count < LENGTH(words) && (got = read(0, (u8 *)words + count, sizeof words - count)) > 0) count += got;
  count /= 4;
  make_tables();
  START();
  low = now() - began;
  overhead = low;
  all(count, -1);
  for (stage = 0; stage < LENGTH(names); stage++) {
    u32 done[7];
    spent = 0;
    all(count, stage);
    done[0] = count, done[1] = done[3] = total_items, done[2] = total_values, done[4] = total_host, done[5] = total_bytes, done[6] = total_blocks;
    report(names[stage], done[stage]);
  }
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    for (i = 0; i < known; i++) sum += (u32)find(blocks[i].start);
    STOP();
  }
  report("look-up", known);
  START();
  for (i = 0; i + 1 < known; i++) link_exit(2 * i, &blocks[i + 1]);
  STOP();
  report("link", known - 1);
  for (i = 0; i < 64; i++) {
    lost[i] = (struct recovery){i % 34, i % 4, i % 8, i};
    fields[i] = (struct field){4 * (i % 32), 8 * (i % 32), i % 5 == 0 ? 2 : 4, };
  }
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    for (i = 0; i < 64; i++) recover(&lost[i]);
    STOP();
  }
  report("recover", 64);
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    clear_entries();
    STOP();
  }
  report("entry-cleared", ENTRIES);
  START();
  flush();
  STOP();
  report("flush", 1);
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    for (i = 0; i < 256; i++) sink = add_double(0x3ff0000000000000ULL + ((u64)words[i] << 16), 0x4010000000000000ULL - ((u64)words[i + 1] << 20), i % 4);
    STOP();
  }
  report("float", 256);
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    for (i = 0; i < 256; i++) sum += argument(i % 8 == 0 ? FLAGS : i % 8 == 1 ? SIGNAL : i % 2 ? ADDRESS : PLAIN, words[i]);
    STOP();
  }
  report("argument", 256);
  for (round = 0; round < 2; round++) {
    spent = 0;
    START();
    for (i = 0; i < 64; i++) structure_word(host, mips, &fields[i]);
    STOP();
  }
  report("structure-word", 64);
  return sum == 0 && sink == 0;
}
