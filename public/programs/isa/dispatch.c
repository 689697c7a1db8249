/*
 * Function pointers: a vending machine as a table of states and events; each entry is a function to call. Watch the
 * indirect calls: a translator cannot know their target in advance and has to look it up each time.
 */
// expect: idle     coin   -> paid    (inserted 1)
// expect: paid     coin   -> paid    (inserted 2)
// expect: paid     press  -> serving (one drink, change 1)
// expect: serving  take   -> idle    (thank you)
// expect: idle     press  -> idle    (nothing happens)
// expect: idle     coin   -> paid    (inserted 1)
// expect: paid     cancel -> idle    (returned 1)
// expect: idle     take   -> idle    (nothing happens)
// expect: 1 drink sold after 8 events
#include "lib.h"

enum state { IDLE, PAID, SERVING, STATES };
enum event { COIN, PRESS, TAKE, CANCEL, EVENTS };

static const char *const state_names[] = {"idle", "paid", "serving"};
static const char *const event_names[] = {"coin", "press", "take", "cancel"};

static int inserted, sold;

static enum state add_coin(enum state from) {
  (void)from;
  printf("(inserted %d)", ++inserted);
  return PAID;
}

static enum state serve(enum state from) {
  (void)from;
  printf("(one drink, change %d)", inserted - 1);
  inserted = 0;
  sold++;
  return SERVING;
}

static enum state give_back(enum state from) {
  (void)from;
  printf("(returned %d)", inserted);
  inserted = 0;
  return IDLE;
}

static enum state finish(enum state from) {
  (void)from;
  print("(thank you)");
  return IDLE;
}

static enum state ignore(enum state from) {
  print("(nothing happens)");
  return from;
}

typedef enum state handler(enum state from);

struct entry {
  handler *act;
  enum state next; /* for the picture: where `act` will lead */
};

static const struct entry table[STATES][EVENTS] = {
  [IDLE] = {{add_coin, PAID}, {ignore, IDLE}, {ignore, IDLE}, {ignore, IDLE}},
  [PAID] = {{add_coin, PAID}, {serve, SERVING}, {ignore, PAID}, {give_back, IDLE}},
  [SERVING] = {{ignore, SERVING}, {ignore, SERVING}, {finish, IDLE}, {ignore, SERVING}},
};

static const u8 story[] = {COIN, COIN, PRESS, TAKE, PRESS, COIN, CANCEL, TAKE};

int main(void) {
  enum state state = IDLE;
  for (int i = 0; i < LENGTH(story); i++) {
    const struct entry *entry = &table[state][story[i]];
    printf("%-8s %-6s -> %-7s ", state_names[state], event_names[story[i]], state_names[entry->next]);
    state = entry->act(state);
    newline();
    if (state != entry->next) return 1;
  }
  printf("%d drink sold after %d events\n", sold, LENGTH(story));
  return 0;
}
