using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Statements;

namespace Kata.Engine.Verify;

/// <summary>
/// Every table of measurements in an interview answer, a block of <c>text</c>, is a snapshot of one of the kata's
/// tests: it can be repeated, and changes when the code does.
/// </summary>
public sealed class NumbersComeFromSnapshots : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var snapshots = Directory.EnumerateFiles(kata.TestFolder, "*.verified.txt").Select(file => Normalize(File.ReadAllText(file))).ToList();
        await Task.CompletedTask;
        foreach (var language in new[] { "en", "zh" })
        {
            var file = kata.InterviewAnswerFile(language);
            foreach (var block in Statement.Read(file).CodeSamples.Where(sample => sample.Language == "text"))
            {
                if (!snapshots.Any(snapshot => snapshot.Contains(Normalize(block.Text), StringComparison.Ordinal)))
                {
                    yield return new Finding(file, $"line {block.Line}: this table is in no snapshot (*.verified.txt) of the kata's tests");
                }
            }
        }
    }

    private static string Normalize(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.TrimEnd()));
}
