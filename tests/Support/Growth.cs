using MathNet.Numerics;
using Xunit.Sdk;

namespace Katas.Support;

/// <summary>
/// How the cost of a computation grows when its input is doubled twice. Costs are counted (bytes allocated,
/// operations), never timed: the answer is the same on a busy machine.
/// </summary>
public static class Growth
{
    private static readonly object OneAtATime = new();

    /// <summary>
    /// Bytes that an action allocates on this thread, after one call to warm it up. MathNet is kept from giving parts
    /// of a product to other threads, whose share would be missing now and then.
    /// </summary>
    public static long Allocated(Action action)
    {
        lock (OneAtATime)
        {
            var threads = Control.MaxDegreeOfParallelism;
            Control.MaxDegreeOfParallelism = 1;
            try
            {
                action();
                var before = GC.GetAllocatedBytesForCurrentThread();
                action();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
            finally
            {
                Control.MaxDegreeOfParallelism = threads;
            }
        }
    }

    /// <summary>
    /// Asserts that cost(n), cost(2n), cost(4n) grow no faster than n to the given power: each doubling may
    /// multiply the cost by 2^power, with a fifth more for what does not depend on n.
    /// </summary>
    public static void ShouldGrowNoFasterThan(this Func<int, long> cost, double power, int n, string because)
    {
        var costs = new[] { cost(n), cost(2 * n), cost(4 * n) };
        var allowed = Math.Pow(2, power) * 1.2;
        for (var i = 1; i < costs.Length; i++)
        {
            if (costs[i] > allowed * costs[i - 1])
            {
                throw new XunitException(
                    $"cost at n = {n}, {2 * n}, {4 * n}: {string.Join(", ", costs)}; a doubling may multiply it by " +
                    $"at most {allowed:0.##}, because {because}");
            }
        }
    }
}
