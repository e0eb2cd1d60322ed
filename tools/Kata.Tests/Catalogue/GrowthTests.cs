using Kata.Engine.Catalogue;
using Kata.Engine.Progress;

namespace Kata.Tests.Catalogue;

public sealed class GrowthTests
{
    [Fact]
    public void Four_times_the_katas_cost_four_times_the_memory()
    {
        // The first pass pays for what is only made once.
        AllocatedBytes(katas: 1);
        double small = AllocatedBytes(katas: 100), large = AllocatedBytes(katas: 400);

        (large / small).Should().BeInRange(3, 4.5);
    }

    private static long AllocatedBytes(int katas)
    {
        using var clone = new SyntheticClone();
        for (var number = 1; number <= katas; number++)
        {
            clone.AddKata("attention", $"{number:000}-kata", "Title", "标题");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var progress = new ProgressReader(new VerdictCache(clone.Repository));
        foreach (var kata in KataCatalogue.Load(clone.Repository).Katas)
        {
            progress.Read(kata);
            StatementHead.Read(kata.StatementFile("en"));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
