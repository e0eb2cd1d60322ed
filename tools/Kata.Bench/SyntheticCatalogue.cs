using System.Text;
using Kata.Engine.Catalogue;

namespace Kata.Bench;

/// <summary>Copies of a kata under other names, in a chapter of their own.</summary>
internal static class SyntheticCatalogue
{
    private const string Chapter = "synthetic";
    private const int Numbers = 999;

    /// <summary>Writes as many as are missing for a catalogue of this size.</summary>
    public static void Grow(TemporaryClone clone, KataEntry model, int size)
    {
        var sources = new[] { model.AnswerFile, model.SolutionFile, model.StatementFile("en"), model.StatementFile("zh") }
            .Concat(Directory.EnumerateFiles(model.TestFolder))
            .Select(file => (Path: Path.GetRelativePath(clone.Repository.Root, file), Text: File.ReadAllText(file)))
            .ToList();
        for (var index = KataCatalogue.Load(clone.Repository).Katas.Count; index < size; index++)
        {
            var kata = new KataEntry(clone.Repository, Chapter, $"{(index % Numbers) + 1:000}-copy-{index}");
            foreach (var (path, text) in sources)
            {
                var copy = Path.Combine(clone.Repository.Root, Renamed(path, model, kata));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.WriteAllText(copy, Renamed(text, model, kata));
            }
        }
    }

    private static string Renamed(string text, KataEntry model, KataEntry kata) => new StringBuilder(text)
        .Replace(Path.Combine(model.Chapter, model.Folder), Path.Combine(kata.Chapter, kata.Folder))
        .Replace(model.ClassName, kata.ClassName)
        .Replace(model.Namespace, kata.Namespace)
        .ToString();
}
