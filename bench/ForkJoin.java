/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

/** What fork-join.c asks, of Java's pool, on the command line that bench-support.h describes. */
final class ForkJoin {
    private static final int THREADS = 2;
    private static final int REPEATS = 5;
    /** Until the compiler has done what it does. */
    private static final int WARM_UP_ROUNDS = 5;

    private static final class Fib extends RecursiveTask<Long> {
        private final int n;

        Fib(int n) {
            this.n = n;
        }

        @Override
        protected Long compute() {
            if (n < 2) {
                return (long) n;
            }

            Fib a = new Fib(n - 1);

            a.fork();
            return new Fib(n - 2).compute() + a.join();
        }
    }

    private static long fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }

    /** Nanoseconds for each fork. */
    private static double measure(int n, int warmUpRounds, int repeats) {
        long expected = fib(n);
        long forks = (fib(n + 1) - 1) * repeats;
        ForkJoinPool pool = new ForkJoinPool(THREADS);
        long begin = 0;

        for (int i = -warmUpRounds; i < repeats; i++) {
            if (i == 0) {
                begin = System.nanoTime();
            }
            if (pool.invoke(new Fib(n)) != expected) {
                throw new AssertionError("not fib(" + n + ")");
            }
        }
        return (double) (System.nanoTime() - begin) / forks;
    }

    public static void main(String[] args) {
        String line = String.join(" ", args);

        if (line.equals("--list")) {
            System.out.println("Java-ForkJoinPool");
        } else if (line.equals("--smoke")) {
            measure(10, 1, 1);
            System.out.println("1..1\nok 1 - Java-ForkJoinPool fib");
        } else {
            int n = Integer.parseInt(args[args.length - 1]);

            System.out.printf(java.util.Locale.ROOT, "{\"bench\": \"fork-join\", \"peer\": \"Java-ForkJoinPool\", "
                + "\"mode\": \"fib\", \"count\": %d, \"ns\": %.3f}%n", n, measure(n, WARM_UP_ROUNDS, REPEATS));
        }
    }
}
