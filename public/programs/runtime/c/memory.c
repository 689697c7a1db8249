/*
 * malloc and free: a list of free blocks in address order, first fit, neighbours joined again.
 * Memory comes from the kernel by brk and is never given back. Each block has its size in front of it.
 */
#include "lib.h"
#include "syscall.h"

struct block {
  size_t bytes; /* with this header */
  struct block *next;
};
enum { HEADER = 8, SMALLEST = 16, CHUNK = 4096 };

static struct block *free_list;
static u32 heap_end;

static u32 brk(u32 end) { return (u32)syscall4(SYS_brk, (int)end, 0, 0, 0); }

static struct block *grow(size_t bytes) {
  size_t wanted = (bytes + CHUNK - 1) & -(size_t)CHUNK;
  if (heap_end == 0) heap_end = (brk(0) + 7) & -8u;
  u32 start = heap_end;
  if (brk(start + wanted) < start + wanted) return NULL;
  heap_end = start + wanted;
  struct block *fresh = (struct block *)start;
  fresh->bytes = wanted;
  return fresh;
}

void *malloc(size_t bytes) {
  size_t wanted = (bytes + HEADER + 7) & -8u;
  if (wanted < SMALLEST) wanted = SMALLEST;
  struct block **link = &free_list;
  while (*link && (*link)->bytes < wanted) link = &(*link)->next;
  struct block *found = *link;
  if (!found) {
    found = grow(wanted);
    if (!found) return NULL;
    found->next = NULL;
    *link = found;
  }
  if (found->bytes - wanted >= SMALLEST) {
    struct block *rest = (struct block *)((u8 *)found + wanted);
    rest->bytes = found->bytes - wanted;
    rest->next = found->next;
    *link = rest;
    found->bytes = wanted;
  } else {
    *link = found->next;
  }
  return (u8 *)found + HEADER;
}

/* Joins `block` with the block behind it when the two touch. */
static void join(struct block *block) {
  struct block *next = block->next;
  if (!next || (u8 *)block + block->bytes != (u8 *)next) return;
  block->bytes += next->bytes;
  block->next = next->next;
}

void free(void *memory) {
  if (!memory) return;
  struct block *block = (struct block *)((u8 *)memory - HEADER), *before = NULL, *after = free_list;
  while (after && after < block) before = after, after = after->next;
  block->next = after;
  if (before) before->next = block;
  else free_list = block;
  join(block);
  if (before) join(before);
}
