using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kata.Engine;

/// <summary>
/// A YAML mapping that an author wrote, read key by key. Whatever does not fit is an error that names the file, the
/// line and the fix. Numbers stay text until they are asked for, so that 072 is never read as octal.
/// </summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode node;
    private readonly string file;
    private readonly int linesAbove;

    private YamlMap(YamlMappingNode node, string file, int linesAbove)
    {
        this.node = node;
        this.file = file;
        this.linesAbove = linesAbove;
    }

    /// <summary>Reads a document whose root is a mapping.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">Named in errors.</param>
    /// <param name="linesAbove">How many lines of the file come before the text.</param>
    /// <exception cref="KataException">It is not YAML, or not a mapping.</exception>
    public static YamlMap Parse(string text, string file, int linesAbove = 0)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlMap(root, file, linesAbove)
                : throw Refusal(file, linesAbove + 1, Texts.YamlNotMapping);
        }
        catch (YamlException exception)
        {
            throw Refusal(file, linesAbove + (int)exception.Start.Line, Texts.YamlInvalid.With(exception.Message));
        }
    }

    /// <summary>Refuses a key that nobody reads: most often it is misspelt.</summary>
    /// <exception cref="KataException">There is such a key.</exception>
    public void AllowOnly(params string[] keys)
    {
        foreach (var key in node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!keys.Contains(name))
            {
                throw Error(key, Texts.YamlUnknownKey.With(name, string.Join(", ", keys)));
            }
        }
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string key) =>
        Find(key) is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Missing(key);

    /// <summary>A text that must be there and may be empty.</summary>
    public string TextOrEmpty(string key) => Find(key) is YamlScalarNode { Value: { } value } ? value : throw Missing(key);

    /// <summary>A whole number from a range that must be there.</summary>
    public int Integer(string key, int least, int most) =>
        OptionalInteger(key, least, most) ?? throw Missing(key);

    /// <summary>A whole number from a range, or null when the key is absent.</summary>
    public int? OptionalInteger(string key, int least, int most)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        return value is YamlScalarNode scalar
            && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : throw Error(value, Texts.YamlNotNumber.With(key, least, most));
    }

    /// <summary>A list of texts; empty when the key is absent.</summary>
    public IReadOnlyList<string> TextList(string key) =>
        [.. List(key).Select(item => item is YamlScalarNode { Value: { } value } ? value : throw Error(item, Texts.YamlNotTextList.With(key)))];

    /// <summary>A list of mappings; empty when the key is absent.</summary>
    public IReadOnlyList<YamlMap> MapList(string key) =>
        [.. List(key).Select(item => item is YamlMappingNode map ? new YamlMap(map, file, linesAbove) : throw Error(item, Texts.YamlNotMapList.With(key)))];

    /// <summary>A mapping that must be there.</summary>
    public YamlMap Map(string key) =>
        Find(key) is YamlMappingNode map ? new YamlMap(map, file, linesAbove) : throw Missing(key);

    /// <summary>An error about the value of a key, to throw.</summary>
    public KataException Error(string key, string problem) => Error(Find(key) ?? node, problem);

    private static KataException Refusal(string file, int line, string problem) => new($"{file}({line}): {problem}");

    private KataException Error(YamlNode where, string problem) => Refusal(file, linesAbove + (int)where.Start.Line, problem);

    private KataException Missing(string key) => Error(key, Texts.YamlMissingKey.With(key));

    private YamlNode? Find(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private IEnumerable<YamlNode> List(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        var other => throw Error(other, Texts.YamlNotTextList.With(key)),
    };
}
