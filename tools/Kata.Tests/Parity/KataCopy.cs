using System.Text.RegularExpressions;
using Kata.Engine.Catalogue;

namespace Kata.Tests.Parity;

/// <summary>A kata once more, with one of its answers, in a namespace and folders of its own.</summary>
/// <param name="Kata">The kata.</param>
/// <param name="Name">What the answer is, for messages.</param>
/// <param name="Answer">The answer in the kata's own namespace.</param>
/// <param name="Number">Tells the copies of a kata apart.</param>
internal sealed record KataCopy(KataEntry Kata, string Name, string Answer, int Number)
{
    /// <summary>The copy's namespace.</summary>
    public string Namespace => $"{Kata.Namespace}Copy{Number}";

    /// <summary>Writes answer and tests into the clone, beside the kata's own.</summary>
    public void Write()
    {
        Write(Path.Combine(CopyOf(Path.GetDirectoryName(Kata.AnswerFile)!), Path.GetFileName(Kata.AnswerFile)), Renamed(Answer));
        foreach (var file in Directory.EnumerateFiles(Kata.TestFolder))
        {
            var text = File.ReadAllText(file);
            Write(Path.Combine(CopyOf(Kata.TestFolder), Path.GetFileName(file)), file.EndsWith(".cs", StringComparison.Ordinal) ? Renamed(text) : text);
        }
    }

    private static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private string CopyOf(string folder) => $"{folder}-copy{Number}";

    private string Renamed(string source) => Regex.Replace(source, $@"\b{Kata.Namespace}\b", Namespace);
}
