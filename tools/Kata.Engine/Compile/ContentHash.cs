using System.Security.Cryptography;
using System.Text;

namespace Kata.Engine.Compile;

/// <summary>SHA-256 over parts, each with its length, so that no two lists of parts look alike.</summary>
internal static class ContentHash
{
    /// <summary>The hash in hexadecimal digits.</summary>
    public static string Of(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
