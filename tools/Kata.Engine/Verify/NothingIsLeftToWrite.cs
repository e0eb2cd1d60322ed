using System.Runtime.CompilerServices;
using Kata.Engine.Authoring;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Verify;

/// <summary>No file still holds the words that a template leaves where an author has to write.</summary>
public sealed class NothingIsLeftToWrite : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var folders = new[] { Path.GetDirectoryName(kata.AnswerFile)!, kata.SolutionFolder, kata.TestFolder };
        foreach (var file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)))
        {
            var lines = await File.ReadAllLinesAsync(file, cancellation);
            var line = Array.FindIndex(lines, text => text.Contains(NewKata.ToBeWritten, StringComparison.Ordinal));
            if (line >= 0)
            {
                yield return new Finding(file, $"line {line + 1}: still to be written");
            }
        }
    }
}
