/*
 * Strings: length, copy, reversal in place, words counted, letters changed, with functions written out here rather than
 * taken from a library. Watch memory byte by byte: a string ends at the first byte 0.
 */
// expect: "A man, a plan, a canal: Panama" has 30 characters and 7 words
// expect: reversed: "amanaP :lanac a ,nalp a ,nam A"
// expect: capitals: "A MAN, A PLAN, A CANAL: PANAMA"
// expect: a palindrome
// expect: letters: a10 c1 l2 m2 n4 p2
#include "lib.h"

static const char phrase[] = "A man, a plan, a canal: Panama";

static int length(const char *text) {
  int count = 0;
  while (text[count] != 0) count++;
  return count;
}

static void copy(char *to, const char *from) {
  while ((*to = *from) != 0) to++, from++;
}

static void reverse(char *text) {
  char *left = text, *right = text + length(text) - 1;
  for (; left < right; left++, right--) {
    char held = *left;
    *left = *right;
    *right = held;
  }
}

static int count_words(const char *text) {
  int words = 0, inside = 0;
  for (; *text; text++) {
    int space = *text == ' ';
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static char capital(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

static int is_palindrome(const char *text) {
  const char *left = text, *right = text + length(text) - 1;
  while (left < right) {
    if (!is_letter(*left)) left++;
    else if (!is_letter(*right)) right--;
    else if (small(*left++) != small(*right--)) return 0;
  }
  return 1;
}

static void count_letters(const char *text) {
  u8 counts[26];
  memset(counts, 0, sizeof counts);
  for (; *text; text++)
    if (is_letter(*text)) counts[small(*text) - 'a']++;
  print("letters:");
  for (int i = 0; i < 26; i++)
    if (counts[i]) printf(" %c%d", 'a' + i, counts[i]);
  newline();
}

int main(void) {
  char *text = malloc((size_t)length(phrase) + 1);
  printf("\"%s\" has %d characters and %d words\n", phrase, length(phrase), count_words(phrase));
  copy(text, phrase);
  reverse(text);
  printf("reversed: \"%s\"\n", text);
  reverse(text);
  for (char *at = text; *at; at++) *at = capital(*at);
  printf("capitals: \"%s\"\n", text);
  print(is_palindrome(text) ? "a palindrome\n" : "not a palindrome\n");
  count_letters(text);
  free(text);
  return 0;
}
