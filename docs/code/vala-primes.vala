/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * vala-primes: a subclass with a property and a result.
 */

class Primes : MyThread.Thread {
  public int limit { get; construct; }

  public Primes (int limit) {
    Object (name: "primes", limit: limit);
  }

  private static bool is_prime (int number) {
    for (int i = 2; i * i <= number; i++) {
      if (number % i == 0) {
        return false;
      }
    }
    return number >= 2;
  }

  /* On a thread of its own. */
  public override void run () throws Error {
    int count = 0;

    if (limit < 0) {
      throw new IOError.INVALID_ARGUMENT ("%d is no limit", limit);
    }
    for (int i = 0; i < limit; i++) {
      if (is_prime (i)) {
        count++;
      }
    }
    set_result_int (count);
  }
}

void count_primes (int limit) {
  var thread = new Primes (limit);

  try {
    thread.start ();
    thread.join ();
    print ("There are %d primes below %d\n", (int) thread.get_result_int (), limit);
  } catch (Error error) {
    print ("It failed: %s\n", error.message);
  }
}

int main () {
  count_primes (100000);
  count_primes (-1);
  return 0;
}
