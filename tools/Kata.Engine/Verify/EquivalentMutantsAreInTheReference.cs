using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;

namespace Kata.Engine.Verify;

/// <summary>A mutation that is excused is one of a line that the reference still has.</summary>
public sealed class EquivalentMutantsAreInTheReference : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reference = await File.ReadAllLinesAsync(kata.SolutionFile, cancellation);
        foreach (var equivalent in MistakeFile.EquivalentMutants(kata))
        {
            if (!reference.Any(line => line.Contains(equivalent.Line, StringComparison.Ordinal)))
            {
                yield return new Finding(MistakeFile.PathOf(kata), $"equivalentMutants: the reference has no line with \"{equivalent.Line}\"");
            }
        }
    }
}
