using System;
using System.IO;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;

namespace UnityEngine
{
    public static class JsonUtility
    {
        public static string ToJson(object obj)
        {
            using (var stream = new MemoryStream())
            {
                new DataContractJsonSerializer(obj.GetType()).WriteObject(stream, obj);
                return Encoding.UTF8.GetString(stream.ToArray());
            }
        }

        public static T FromJson<T>(string json)
        {
            if (string.IsNullOrEmpty(json)) return default;
            try
            {
                using (var stream = new MemoryStream(Encoding.UTF8.GetBytes(json)))
                    return (T)new DataContractJsonSerializer(typeof(T)).ReadObject(stream);
            }
            catch (Exception error) when (error is SerializationException || error is System.Xml.XmlException)
            {
                throw new ArgumentException("JSON parse error: " + error.Message);
            }
        }
    }
}
