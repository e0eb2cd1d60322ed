using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Verify;

/// <summary>Both statements carry the same complete front matter, and the katas that it needs exist.</summary>
/// <param name="catalogue">All katas.</param>
public sealed class FrontMatterIsComplete(KataCatalogue catalogue) : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var english = StatementHead.Read(kata.StatementFile("en")).FrontMatter;
        var chinese = StatementHead.Read(kata.StatementFile("zh")).FrontMatter;
        if (Describe(english) != Describe(chinese))
        {
            yield return new Finding(kata.StatementFile("zh"), "its front matter differs from that of README.md");
        }

        foreach (var need in english.Needs.Where(need => catalogue.Katas.All(other => other.Number != need)))
        {
            yield return new Finding(kata.StatementFile("en"), $"needs kata {need:000}, which does not exist");
        }
    }

    private static string Describe(FrontMatter matter) =>
        $"{matter.Difficulty} {matter.Minutes} {matter.TimeLimit} {string.Join(' ', matter.Needs)} {string.Join(' ', matter.Rules)}";
}
