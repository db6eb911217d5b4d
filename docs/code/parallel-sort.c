/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

/* Shorter ones are sorted as they are: dividing them further costs more than it brings. */
#define SHORT 50

typedef struct {
  int *numbers;
  int *space; /* as much, for merging */
  gsize length;
} Part;

static void
sort_short (Part *part)
{
  for (gsize i = 1; i < part->length; i++) {
    int number = part->numbers[i];
    gsize j = i;

    for (; j > 0 && part->numbers[j - 1] > number; j--)
      part->numbers[j] = part->numbers[j - 1];
    part->numbers[j] = number;
  }
}

static void
merge (Part *part,
       gsize middle)
{
  gsize left = 0;
  gsize right = middle;

  for (gsize i = 0; i < part->length; i++) {
    gboolean from_left = right == part->length || (left < middle && part->numbers[left] <= part->numbers[right]);

    part->space[i] = part->numbers[from_left ? left++ : right++];
  }
  memcpy (part->numbers, part->space, part->length * sizeof (int));
}

static void
sort (gpointer user_data)
{
  Part *part = user_data;
  gsize middle = part->length / 2;
  Part left = { part->numbers, part->space, middle };
  Part right = { part->numbers + middle, part->space + middle, part->length - middle };

  if (part->length < SHORT) {
    sort_short (part);
    return;
  }
  my_parallel_invoke (NULL, sort, &left, sort, &right);
  merge (part, middle);
}

int
main (void)
{
  gsize length = 1000 * 1000;
  g_autofree int *numbers = g_new (int, length);
  g_autofree int *space = g_new (int, length);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  Part all = { numbers, space, length };
  gsize n_wrong = 0;

  for (gsize i = 0; i < length; i++)
    numbers[i] = g_rand_int_range (rand, 0, G_MAXINT);

  sort (&all);

  for (gsize i = 1; i < length; i++)
    n_wrong += numbers[i - 1] > numbers[i];
  g_print ("%" G_GSIZE_FORMAT " numbers, %" G_GSIZE_FORMAT " of them in the wrong place\n", length, n_wrong);
  return 0;
}
