/* Pointers: to pointers, into arrays, to functions, to members of structures; differences and comparisons. */
#include <stdio.h>
#include <stddef.h>

struct node { int value; struct node *left, *right; };
static struct node pool[32];
static int used;

static struct node *insert(struct node **at, int value) {
  while (*at) at = value < (*at)->value ? &(*at)->left : &(*at)->right;
  *at = &pool[used++];
  (*at)->value = value;
  return *at;
}
static int depth(const struct node *n) {
  if (!n) return 0;
  int l = depth(n->left), r = depth(n->right);
  return 1 + (l > r ? l : r);
}
static void walk(const struct node *n, void (*see)(const struct node *)) {
  if (!n) return;
  walk(n->left, see);
  see(n);
  walk(n->right, see);
}
static void show(const struct node *n) { printf(" %d@%d", n->value, (int)(n - pool)); }

int main(void) {
  struct node *root = NULL;
  static const int values[] = {50, 20, 70, 10, 30, 60, 80, 25, 35, 65};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) insert(&root, values[i]);
  walk(root, show);
  int before = depth(root), value = insert(&root, 64)->value;
  printf("\ndepth %d, then %d with %d\n", before, depth(root), value);
  char text[] = "pointer arithmetic", *p = text, **pp = &p;
  while (**pp) ++*pp;
  printf("%d %d %zu %d\n", (int)(p - text), text < p, offsetof(struct node, right), *(&pool[3].value - 0));
  int grid[3][4], (*row)[4] = grid;
  for (int i = 0; i < 12; i++) (&grid[0][0])[i] = i * i;
  printf("%d %d %d\n", row[1][2], *(*(grid + 2) + 1), (int)(&row[2] - &row[0]));
  return used;
}
