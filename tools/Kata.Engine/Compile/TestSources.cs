namespace Kata.Engine.Compile;

/// <summary>The tests that a check uses: the kata's own and what all tests share.</summary>
/// <param name="Folder">The folder of the kata's tests, with their data beside them.</param>
/// <param name="Tests">The kata's test files.</param>
/// <param name="Support">What all tests share.</param>
/// <param name="Notices">What the user should know about the choice.</param>
internal sealed record TestSources(
    string Folder, IReadOnlyList<SourceFile> Tests, IReadOnlyList<SourceFile> Support, IReadOnlyList<string> Notices)
{
    /// <summary>Golden values and snapshots: what the tests read besides.</summary>
    public IEnumerable<string> DataFiles =>
        Directory.EnumerateFiles(Folder).Where(file => !file.EndsWith(".cs", StringComparison.Ordinal) && !file.Contains(".received."))
            .Order(StringComparer.Ordinal);
}
