using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Kata.Engine.Compile;

/// <summary>A file of the repository, read and parsed once for each content.</summary>
internal sealed class SourceFile(string path, string text, CSharpParseOptions options)
{
    private readonly Lazy<SyntaxTree> tree = new(() => Parse(text, path, options));

    /// <summary>Where it is: <c>[CallerFilePath]</c> and stack traces show it.</summary>
    public string Path { get; } = path;

    /// <summary>Its content.</summary>
    public string Text { get; } = text;

    /// <summary>Its syntax.</summary>
    public SyntaxTree Tree => tree.Value;

    /// <summary>Parses text as if it were in a file.</summary>
    public static SyntaxTree Parse(string text, string path, CSharpParseOptions options, CancellationToken cancellation = default) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8, SourceHashAlgorithm.Sha256), options, path, cancellation);
}

/// <summary>Keeps the files that change seldom: shared sources, test support, tests, references.</summary>
/// <param name="options">How they are parsed.</param>
internal sealed class SourceFiles(CSharpParseOptions options)
{
    private readonly ConcurrentDictionary<string, (FileStamp Stamp, SourceFile File)> kept = [];

    /// <summary>The C# files of a folder, in the order of their names.</summary>
    public IReadOnlyList<SourceFile> InFolder(string folder, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.cs", depth).Order(StringComparer.Ordinal).Select(Read)]
            : [];

    /// <summary>The text of a file as it is now.</summary>
    public string ReadText(string path) => Read(path).Text;

    /// <summary>A file as it is now.</summary>
    public SourceFile Read(string path)
    {
        var stamp = FileStamp.Of(path);
        if (kept.TryGetValue(path, out var known) && known.Stamp == stamp)
        {
            return known.File;
        }

        var file = new SourceFile(path, File.ReadAllText(path), options);
        kept[path] = (stamp, file);
        return file;
    }
}

/// <summary>When a file was written and how long it is: enough to see that it was changed.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>The stamp of a file; that of no file when there is none.</summary>
    public static FileStamp Of(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileStamp(info.LastWriteTimeUtc, info.Length) : default;
    }
}
