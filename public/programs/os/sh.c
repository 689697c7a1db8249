/*
 * sh: a small shell. sh [-c LINE [NAME [WORD...]] | FILE [WORD...]].
 *
 * list:     pipelines joined by ; & && ||          pipeline: commands joined by |, with an optional ! before
 * command:  words, redirections (< > >> 2> 2>> 2>&1 >&2), assignments NAME=VALUE before the words; or ( list ) or { list; };
 *           or if, while, until, for NAME in WORDS, over several lines if need be, with break and continue
 * words:    'quotes', "quotes" in which $ stays alive, \x, $NAME ${NAME} $? $$ $! $# $0..$9, comments after #
 * built in: cd pwd exit wait export unset exec read shift test [ break continue true false :
 * Not here: job control, functions, case, substitution of commands, arithmetic, patterns. busybox has them.
 */
#include "os.h"

enum { MOST_TOKENS = 256, LINE = 1024, MOST_VARIABLES = 64, MOST_WORDS = 64 };

static char **variables; /* NAME=VALUE texts of ours and the environment's, NULL at the end */
static u8 exported[MOST_VARIABLES];
static char **words_given; /* $0, $1 ... */
static int words_count, last_status, last_background, own_pid, interactive, in_loop;

static int interrupted; /* by the terminal, while a loop runs */
static enum { STAY, CONTINUE, BREAK } leaving;

/* Tokens of one line: texts as written, quotes and all; an operator is told by its first letter. */
static char *tokens[MOST_TOKENS + 1];
static int token_count;

/* ---- variables ---- */

static int find_variable(const char *name, int length) {
  for (int i = 0; variables[i]; i++)
    if (memcmp(variables[i], name, (size_t)length) == 0 && variables[i][length] == '=') return i;
  return -1;
}

static void set_variable(const char *name, int length, const char *value) {
  int at = find_variable(name, length);
  if (at < 0) {
    for (at = 0; variables[at]; at++) {}
    if (at == MOST_VARIABLES - 1) return;
    variables[at + 1] = NULL;
    exported[at] = 0;
  }
  char *text = malloc((size_t)length + strlen(value) + 2);
  memcpy(text, name, (size_t)length);
  text[length] = '=';
  strcpy(text + length + 1, value);
  variables[at] = text;
}

static void unset_variable(const char *name) {
  int at = find_variable(name, (int)strlen(name));
  for (; at >= 0 && variables[at]; at++) {
    variables[at] = variables[at + 1];
    if (variables[at]) exported[at] = exported[at + 1];
  }
}

static char **exported_variables(void) {
  static char *list[MOST_VARIABLES + 1];
  int count = 0;
  for (int i = 0; variables[i]; i++)
    if (exported[i]) list[count++] = variables[i];
  list[count] = NULL;
  return list;
}

static int name_length(const char *text) {
  int length = 0;
  for (; (text[length] >= 'a' && text[length] <= 'z') || (text[length] >= 'A' && text[length] <= 'Z') || text[length] == '_' ||
         (length > 0 && text[length] >= '0' && text[length] <= '9');
       length++) {}
  return length;
}

static char *decimal(int value) {
  static char text[12];
  char *at = text + 11;
  u32 rest = value < 0 ? 0u - (u32)value : (u32)value;
  do *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) *--at = '-';
  return at;
}

/* ---- from text to tokens ---- */

static const char *operator_at(const char *text) {
  static const char *operators[] = {"2>&1", "2>>", ">&2", "2>", "&&", "||", ">>", ";", "&", "|", "<", ">", "(", ")"};
  for (int i = 0; i < LENGTH(operators); i++)
    if (memcmp(text, operators[i], strlen(operators[i])) == 0) return operators[i];
  return NULL;
}

/* Where the word that begins here ends; NULL when a quote is left open. */
static const char *word_end(const char *at) {
  while (*at && !strchr(" \t\n;&|<>()", *at)) {
    if (*at == '\\' && at[1]) at += 2;
    else if (*at == '\'' || *at == '"') {
      char quote = *at++;
      for (; *at != quote; at++) {
        if (!*at) return NULL;
        if (*at == '\\' && quote == '"' && at[1]) at++;
      }
      at++;
    } else at++;
  }
  return at;
}

/* The tokens come behind those that are there already. */
static int tokenize(const char *line) {
  while (*line && token_count < MOST_TOKENS) {
    if (strchr(" \t\n", *line)) {
      line++;
      continue;
    }
    if (*line == '#') break;
    const char *operator = operator_at(line);
    const char *end = operator ? line + strlen(operator) : word_end(line);
    if (!end) return print_error("sh: a quote is not closed\n"), 0;
    char *token = malloc((size_t)(end - line) + 1);
    memcpy(token, line, (size_t)(end - line));
    token[end - line] = 0;
    tokens[token_count++] = token;
    line = end;
  }
  tokens[token_count] = NULL;
  return 1;
}

static void forget_tokens(void) {
  for (int i = 0; i < token_count; i++) free(tokens[i]);
  token_count = 0;
}

/* ---- expansion of a word ---- */

struct words {
  char *list[MOST_WORDS + 1];
  int count;
};
struct builder {
  char text[LINE];
  int length, quoted;
};

static void put(struct builder *to, char c) {
  if (to->length < LINE - 1) to->text[to->length++] = c;
}

static void end_word(struct builder *from, struct words *to) {
  if ((from->length == 0 && !from->quoted) || to->count == MOST_WORDS) return;
  from->text[from->length] = 0;
  to->list[to->count++] = strcpy(malloc((size_t)from->length + 1), from->text);
  to->list[to->count] = NULL;
  from->length = from->quoted = 0;
}

/* The value of what follows a $, and how much of the text was its name; NULL when it is no variable. */
static const char *value_at(const char *text, int *taken) {
  int brace = *text == '{', length = name_length(text + brace);
  char c = text[brace];
  const char *value = "";
  if (length > 0) {
    int at = find_variable(text + brace, length);
    if (at >= 0) value = variables[at] + length + 1;
  } else {
    length = 1;
    if (c == '?') value = decimal(last_status);
    else if (c == '$') value = decimal(own_pid);
    else if (c == '!') value = decimal(last_background);
    else if (c == '#') value = decimal(words_count - 1);
    else if (c >= '0' && c <= '9') value = c - '0' < words_count ? words_given[c - '0'] : "";
    else return NULL;
  }
  *taken = length + 2 * brace;
  return value;
}

/* Outside quotes a value is split at blanks, as POSIX has it. */
static const char *expand_value(const char *at, int quoted, struct builder *word, struct words *to) {
  int taken = 0;
  const char *value = value_at(at + 1, &taken);
  if (!value) return put(word, '$'), at + 1;
  for (; *value; value++) {
    if (!quoted && strchr(" \t\n", *value)) end_word(word, to);
    else put(word, *value);
  }
  return at + 1 + taken;
}

static void expand(const char *at, struct words *to) {
  struct builder word = {.length = 0, .quoted = 0};
  int quote = 0;
  while (*at) {
    if (*at == '\'' && quote != '"') {
      word.quoted = 1;
      for (at++; *at && *at != '\''; at++) put(&word, *at);
      at++;
    } else if (*at == '"') {
      word.quoted = 1;
      quote = quote ? 0 : '"';
      at++;
    } else if (*at == '\\' && at[1] && (!quote || strchr("\"\\$`", at[1]))) {
      put(&word, at[1]);
      word.quoted = 1;
      at += 2;
    } else if (*at == '$') at = expand_value(at, quote, &word, to);
    else put(&word, *at++);
  }
  end_word(&word, to);
}

static void forget_words(struct words *words) {
  for (int i = 0; i < words->count; i++) free(words->list[i]);
}

/* ---- running ---- */

static int run_list(int from, int to);
static int run_compound(int from, int close);

static int is(int token, const char *text) { return strcmp(tokens[token], text) == 0; }

static int one_of(int token, const char *const *texts) {
  for (; *texts; texts++)
    if (is(token, *texts)) return 1;
  return 0;
}

static const char *const openers[] = {"if", "while", "until", "for", "{", NULL}, *const closers[] = {"fi", "done", "}", NULL};

/* Whether a command begins here: only there is a word a keyword. */
static int begins(int token) {
  static const char *const before[] = {";", "&", "|", "&&", "||", "(", NULL};
  static const char *const keywords[] = {"!", "if", "then", "elif", "else", "while", "until", "do", "{", NULL};
  if (token == 0 || one_of(token - 1, before)) return 1;
  return one_of(token - 1, keywords) && begins(token - 1);
}

/* By how much the depth changes at a token: parentheses and compound commands lie in each other. */
static int deeper(int token) {
  if (is(token, "(")) return 1;
  if (is(token, ")")) return -1;
  return begins(token) ? one_of(token, openers) - one_of(token, closers) : 0;
}

/* The first of these keywords at the depth of `from`; `to` for none. */
static int keyword(int from, int to, const char *const *names) {
  for (int depth = 0; from < to; depth += deeper(from++))
    if (depth == 0 && begins(from) && one_of(from, names)) return from;
  return to;
}

static int is_redirection(const char *token) { return *token == '<' || *token == '>' || memcmp(token, "2>", 2) == 0; }

/* Carries out one redirection in this process; returns how many tokens it took, or -1. */
static int redirect(int at) {
  const char *operator = tokens[at];
  if (strcmp(operator, "2>&1") == 0) return dup2(1, 2), 1;
  if (strcmp(operator, ">&2") == 0) return dup2(2, 1), 1;
  struct words name = {.count = 0};
  if (tokens[at + 1]) expand(tokens[at + 1], &name);
  if (name.count != 1) return print_error("sh: a redirection wants one name\n"), -1;
  int target = *operator == '<' ? 0 : *operator == '2' ? 2 : 1;
  int append = operator[strlen(operator) - 1] == '>' && operator[strlen(operator) - 2] == '>' && strlen(operator) > 1;
  int file = open(name.list[0], target == 0 ? RDONLY : WRONLY | CREAT | (append ? APPEND : TRUNC), 0666);
  if (file < 0) complain("sh", name.list[0], file);
  else if (file != target) {
    dup2(file, target);
    close(file);
  }
  forget_words(&name);
  return file < 0 ? -1 : 2;
}

static int redirect_all(int from, int to) {
  for (int at = from; at < to;) {
    int taken = is_redirection(tokens[at]) ? redirect(at) : 1;
    if (taken < 0) return -1;
    at += taken;
  }
  return 0;
}

static void say_signal(int status) {
  static const struct {
    int number;
    const char *text;
  } words[] = {{3, "Quit"}, {4, "Illegal instruction"}, {6, "Aborted"}, {8, "Floating point exception"}, {9, "Killed"}, {11, "Segmentation fault"}, {15, "Terminated"}};
  for (int i = 0; i < LENGTH(words); i++)
    if ((status & 127) == words[i].number) print_error(words[i].text), print_error("\n");
}

/* Waits for one process; other children that end meanwhile are the background's. */
static int wait_for(int pid) {
  int status = 0, result;
  while ((result = waitpid(pid, &status, 0)) == -EINTR) {}
  if (result < 0) return 127;
  say_signal(status);
  return shell_status(status);
}

static int built_in(struct words *words, int *status);
static int is_built_in(const char *name);

/* `words` become another program in this process, which is a child of the shell. */
static void become(struct words *words) {
  int result = run_by_name(words->list, exported_variables());
  complain("sh", words->list[0], result);
  exit(result == -ENOENT ? 127 : 126);
}

static void to_child(void) {
  if (!interactive) return;
  on_signal(SIGINT, SIG_DFL);
  on_signal(SIGQUIT, SIG_DFL);
  interactive = 0;
}

/* Words of a command; assignments before them come first, and stay in the shell when there are no words. */
static int assignments(int from, int to, int keep) {
  for (; from < to; from++) {
    int length = name_length(tokens[from]);
    if (length == 0 || tokens[from][length] != '=') break;
    if (!keep) continue;
    struct words value = {.count = 0};
    expand(tokens[from] + length + 1, &value);
    set_variable(tokens[from], length, value.count > 0 ? value.list[0] : "");
    if (keep == 2) exported[find_variable(tokens[from], length)] = 1;
    forget_words(&value);
  }
  return from;
}

static void collect(int from, int to, struct words *words) {
  for (; from < to; from++) {
    if (is_redirection(tokens[from])) from += strlen(tokens[from]) < 4 && !is(from, ">&2");
    else expand(tokens[from], words);
  }
}

/* ---- compound commands ---- */

/* The end of the compound command that begins here. */
static int closing(int from, int to) {
  int depth = deeper(from), at = from + 1;
  for (; at < to - 1; at++)
    if ((depth += deeper(at)) == 0) return at;
  return at;
}

static int missing(const char *what) {
  print_error("sh: "), print_error(what), print_error(" is missing\n");
  return 2;
}

static int run_if(int at, int close) {
  static const char *const then_[] = {"then", NULL}, *const others[] = {"elif", "else", NULL};
  for (;;) {
    int then = keyword(at + 1, close, then_);
    if (then == close) return missing("then");
    int other = keyword(then + 1, close, others);
    if (run_list(at + 1, then) == 0) return last_status = 0, run_list(then + 1, other);
    last_status = 0;
    if (other == close) return 0;
    if (is(other, "else")) return run_list(other + 1, close);
    at = other;
  }
}

static void note_interrupt(int signal) {
  (void)signal;
  interrupted = 1;
}

/* The body once more; whether the loop goes on. */
static int run_body(int from, int close) {
  run_list(from, close);
  int broken = leaving == BREAK || interrupted;
  leaving = STAY;
  return !broken;
}

static int run_for(int at, int close, int body) {
  struct words words = {.count = 0};
  if (at + 2 >= close || !is(at + 2, "in")) return missing("in");
  for (int i = at + 3; i < body && !is(i, ";"); i++) expand(tokens[i], &words);
  last_status = 0;
  for (int i = 0; i < words.count; i++) {
    set_variable(tokens[at + 1], name_length(tokens[at + 1]), words.list[i]);
    if (!run_body(body + 1, close)) break;
  }
  forget_words(&words);
  return last_status;
}

static int run_loop(int at, int close) {
  static const char *const do_[] = {"do", NULL};
  int body = keyword(at + 1, close, do_), status = 0, wanted = is(at, "until");
  if (body == close) return missing("do");
  if (is(at, "for")) return run_for(at, close, body);
  while ((run_list(at + 1, body) != 0) == wanted && !interrupted) {
    last_status = 0;
    if (!run_body(body + 1, close)) {
      status = last_status;
      break;
    }
    status = last_status;
  }
  return interrupted ? 130 : status;
}

static int run_compound(int from, int close) {
  if (is(from, "{")) return run_list(from + 1, close);
  if (is(from, "if")) return run_if(from, close);
  int outermost = interactive && !in_loop;
  if (outermost) {
    in_loop = 1;
    on_signal(SIGINT, note_interrupt);
  }
  int status = run_loop(from, close);
  if (outermost) {
    in_loop = 0;
    on_signal(SIGINT, SIG_IGN);
  }
  return status;
}

/* A command in this very process, which then ends or goes on: used in children. */
static int run_here(int from, int to) {
  if (is(from, "(")) {
    int close = to - 1;
    while (close > from && !is(close, ")")) close--;
    if (redirect_all(close + 1, to) < 0) return 1;
    return run_list(from + 1, close);
  }
  if (one_of(from, openers)) {
    int close = closing(from, to);
    if (redirect_all(close + 1, to) < 0) return 1;
    return run_compound(from, close);
  }
  struct words words = {.count = 0};
  int first = assignments(from, to, 2), status;
  collect(first, to, &words);
  if (redirect_all(first, to) < 0) return 1;
  if (words.count == 0) return 0;
  if (!built_in(&words, &status)) become(&words);
  return status;
}

static int in_child(int from, int to) {
  int pid = fork();
  if (pid == 0) {
    to_child();
    exit(run_here(from, to));
  }
  if (pid < 0) complain("sh", "fork", pid);
  return pid;
}

/* Redirections of a built-in command last as long as it does: files 0 to 2 are kept under high numbers meanwhile. */
enum { KEPT = 20 };
static int built_in_redirected(int from, int to, struct words *words, int *status) {
  int redirected = 0, known = 1;
  for (int i = from; i < to; i++) redirected |= is_redirection(tokens[i]);
  if (!redirected) return built_in(words, status);
  if (!is_built_in(words->list[0])) return 0;
  for (int file = 0; file < 3; file++) dup2(file, KEPT + file);
  if (redirect_all(from, to) < 0) *status = 1;
  else known = built_in(words, status);
  for (int file = 0; file < 3; file++) dup2(KEPT + file, file), close(KEPT + file);
  return known;
}

/* One command of its own: built-in ones run in the shell itself. */
static int run_command(int from, int to) {
  if (one_of(from, openers) && closing(from, to) == to - 1) return run_compound(from, to - 1);
  int first = assignments(from, to, 0), status = 0;
  if (first == to) return assignments(from, to, 1), 0;
  if (!is(from, "(")) {
    struct words words = {.count = 0};
    collect(first, to, &words);
    if (words.count > 0 && strcmp(words.list[0], "exec") == 0) {
      if (redirect_all(first, to) < 0) return 1;
      if (words.count == 1) return 0;
      for (int i = 0; i < words.count; i++) words.list[i] = words.list[i + 1];
      become(&words);
    }
    if (words.count > 0 && built_in_redirected(first, to, &words, &status)) return forget_words(&words), status;
    forget_words(&words);
  }
  int pid = in_child(from, to);
  return pid < 0 ? 2 : wait_for(pid);
}

/* The end of the part that begins at `from`: the next of the operators `marks` outside parentheses and compound commands. */
static int part_end(int from, int to, const char *const *marks) {
  int depth = 0;
  for (; from < to; from++) {
    depth += deeper(from);
    for (int i = 0; marks[i] && depth <= 0; i++)
      if (is(from, marks[i])) return from;
  }
  return to;
}
static const char *const lists[] = {";", "&", NULL}, *const chains[] = {"&&", "||", NULL}, *const pipes[] = {"|", NULL};

static int run_pipeline(int from, int to) {
  int invert = is(from, "!"), input = -1, last = -1, count = 0, status = 0, ends[2];
  from += invert;
  if (from >= to) return 2;
  int middle = part_end(from, to, pipes);
  if (middle == to) {
    status = run_command(from, to);
    return invert ? !status : status;
  }
  for (;; from = middle + 1, middle = part_end(from, to, pipes)) {
    int final = middle >= to;
    if (!final && pipe(ends) < 0) return 2;
    int pid = fork();
    if (pid == 0) {
      to_child();
      if (input >= 0) dup2(input, 0), close(input);
      if (!final) dup2(ends[1], 1), close(ends[0]), close(ends[1]);
      exit(from < middle ? run_here(from, middle) : 2);
    }
    if (pid < 0) complain("sh", "fork", pid);
    else count++;
    if (input >= 0) close(input);
    if (final) {
      last = pid;
      break;
    }
    close(ends[1]);
    input = ends[0];
  }
  for (int waited = 0, ended; waited < count; waited++) {
    int raw = 0;
    while ((ended = waitpid(-1, &raw, 0)) == -EINTR) {}
    if (ended < 0) break;
    if (ended == last) status = shell_status(raw), say_signal(raw);
  }
  return invert ? !status : status;
}

static int run_background(int from, int to) {
  int pid = fork();
  if (pid == 0) {
    to_child();
    int nothing = open("/dev/null", RDONLY, 0);
    if (nothing >= 0) dup2(nothing, 0), close(nothing);
    int one = part_end(from, to, chains) == to && part_end(from, to, pipes) == to && !is(from, "!");
    exit(one ? run_here(from, to) : run_list(from, to)); /* one command: $! is its own number */
  }
  if (pid < 0) return complain("sh", "fork", pid);
  last_background = pid;
  return 0;
}

/* `a && b & c` sends `a && b` to the background, so the end of an and-or list is looked for first. */
static int run_list(int from, int to) {
  while (from < to && leaving == STAY && !interrupted) {
    int end = part_end(from, to, lists);
    if (end < to && is(end, "&")) last_status = run_background(from, end);
    else {
      int skip = 0;
      while (from < end && leaving == STAY) {
        int stop = part_end(from, end, chains);
        if (!skip && from < stop) last_status = run_pipeline(from, stop);
        if (stop < end) skip = is(stop, "&&") ? last_status != 0 : last_status == 0;
        from = stop + 1;
      }
    }
    from = end + 1;
  }
  return last_status;
}

/* ---- built in ---- */

static int change_folder(const char *path) {
  int result = chdir(path);
  return result < 0 ? complain("cd", path, result) : 0;
}

static int wait_all(struct words *words) {
  int pid, status = 0;
  for (int i = 1; i < words->count; i++) {
    parse_int(words->list[i], &pid);
    status = wait_for(pid);
  }
  if (words->count == 1)
    while ((pid = waitpid(-1, NULL, 0)) > 0 || pid == -EINTR) {}
  return status;
}

static int export_names(struct words *words) {
  for (int i = 1; i < words->count; i++) {
    int length = name_length(words->list[i]);
    if (words->list[i][length] == '=') set_variable(words->list[i], length, words->list[i] + length + 1);
    if (find_variable(words->list[i], length) >= 0) exported[find_variable(words->list[i], length)] = 1;
  }
  return 0;
}

static int read_names(struct words *words) {
  char line[LINE];
  if (read_line(line, sizeof line) < 0) return 1;
  if (words->count > 1) set_variable(words->list[1], (int)strlen(words->list[1]), line);
  return 0;
}

static int show_folder(void) {
  char path[256];
  int result = getcwd(path, sizeof path);
  if (result < 0) return complain("pwd", ".", result);
  printf("%s\n", path);
  return 0;
}

static int is_built_in(const char *name) {
  static const char *const names[] = {"cd", "pwd", "exit", "wait", "export", "unset", "read", "shift", "true", ":", "false", "test", "[", "break", "continue"};
  for (int i = 0; i < LENGTH(names); i++)
    if (strcmp(names[i], name) == 0) return 1;
  return 0;
}

/* Of two numbers, by the operator's letters behind the hyphen. */
static int compare(const char *operator, int a, int b) {
  static const char *const names[] = {"eq", "ne", "lt", "le", "gt", "ge"};
  const int holds[] = {a == b, a != b, a < b, a <= b, a > b, a >= b};
  for (int i = 0; i < LENGTH(names); i++)
    if (strcmp(names[i], operator) == 0) return holds[i];
  return print_error("sh: test does not know -"), print_error(operator), print_error("\n"), 0;
}

/* test and [: -n -z of a text, -e of a file, = and != of texts, -eq and its like of numbers, ! before. */
static int test(struct words *words) {
  char **at = words->list + 1;
  int count = words->count - 1, a = 0, b = 0, invert = 0, result;
  if (words->list[0][0] == '[' && count > 0) count--;
  if (count > 1 && strcmp(at[0], "!") == 0) invert = 1, at++, count--;
  if (count == 2 && strcmp(at[0], "-e") == 0) {
    int file = open(at[1], RDONLY, 0);
    result = file >= 0;
    if (result) close(file);
  } else if (count == 2 && at[0][0] == '-') result = (at[0][1] == 'z') == (*at[1] == 0);
  else if (count == 3 && at[1][0] == '-') {
    parse_int(at[0], &a), parse_int(at[2], &b);
    result = compare(at[1] + 1, a, b);
  } else if (count == 3) result = (strcmp(at[0], at[2]) == 0) == (at[1][0] == '=');
  else result = count == 1 && *at[0] != 0;
  return result != invert;
}

/* Whether the command is one of the shell's own; then it has been carried out. */
static int built_in(struct words *words, int *status) {
  const char *name = words->list[0], *first = words->count > 1 ? words->list[1] : NULL;
  int value = last_status;
#define NAMED(text) (strcmp(name, text) == 0)
  if (NAMED("cd")) *status = change_folder(first ? first : "/");
  else if (NAMED("pwd")) *status = show_folder();
  else if (NAMED("exit")) {
    if (first) parse_int(first, &value);
    exit(value);
  } else if (NAMED("wait")) *status = wait_all(words);
  else if (NAMED("export")) *status = export_names(words);
  else if (NAMED("unset")) {
    if (first) unset_variable(first);
    *status = 0;
  } else if (NAMED("read")) *status = read_names(words);
  else if (NAMED("shift")) {
    *status = words_count < 2;
    if (words_count > 1) words_given++, words_count--;
  } else if (NAMED("test") || NAMED("[")) *status = !test(words);
  else if (NAMED("break") || NAMED("continue")) {
    leaving = *name == 'b' ? BREAK : CONTINUE;
    *status = 0;
  } else if (NAMED("true") || NAMED(":")) *status = 0;
  else if (NAMED("false")) *status = 1;
  else return 0;
  return 1;
}

/* ---- where lines come from ---- */

/* Runs a line; 0 when more lines belong to it. */
static int run_line(const char *line) {
  int depth = 0;
  if (!tokenize(line)) last_status = 2;
  else {
    for (int i = 0; i < token_count; i++) depth += deeper(i);
    if (depth > 0 && token_count < MOST_TOKENS - 1) {
      tokens[token_count++] = strcpy(malloc(2), ";");
      tokens[token_count] = NULL;
      return 0;
    }
    interrupted = 0;
    run_list(0, token_count);
    leaving = STAY;
  }
  forget_tokens();
  return 1;
}

static void end_lines(int complete) {
  if (!complete) last_status = missing("the end of a compound command");
}

static void run_text(char *text) {
  int complete = 1;
  for (char *end; text; text = end) {
    end = strchr(text, '\n');
    if (end) *end++ = 0;
    complete = run_line(text);
  }
  end_lines(complete);
}

static void run_input(void) {
  static char line[LINE];
  interactive = is_terminal(0);
  if (interactive) {
    on_signal(SIGINT, SIG_IGN);
    on_signal(SIGQUIT, SIG_IGN);
  }
  int complete = 1;
  for (;;) {
    if (interactive) print_error(!complete ? "> " : getuid() == 0 ? "# " : "$ ");
    if (read_line(line, sizeof line) < 0) break;
    complete = run_line(line);
  }
  end_lines(complete);
}

static void take_environment(char **from) {
  variables = malloc((MOST_VARIABLES + 1) * sizeof *variables);
  int count = 0;
  for (; from[count] && count < MOST_VARIABLES - 1; count++) {
    variables[count] = from[count];
    exported[count] = 1;
  }
  variables[count] = NULL;
}

int main(int argc, char **argv) {
  static char script[16384];
  take_environment(environment_of(argc, argv));
  own_pid = getpid();
  words_given = argv;
  words_count = 1;
  if (argc > 2 && strcmp(argv[1], "-c") == 0) {
    if (argc > 3) words_given = argv + 3, words_count = argc - 3;
    if (strlen(argv[2]) >= sizeof script) return complain("sh", "-c", -7);
    run_text(strcpy(script, argv[2]));
  } else if (argc > 1) {
    int result = read_text(argv[1], script, sizeof script);
    if (result < 0) return complain("sh", argv[1], result), 127;
    words_given = argv + 1, words_count = argc - 1;
    run_text(script);
  } else run_input();
  return last_status;
}
